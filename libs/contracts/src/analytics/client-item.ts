import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '../platform/error-codes';

export const ITEM_STATUSES = ['accepted', 'refused'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export class ItemFault {
  @ApiProperty() field: string;
  @ApiProperty() reason: string;
}

/** What became of one item of a batch. `accepted` is taken into the buffer; `refused` is not to be sent again. */
export class ItemResult {
  @ApiProperty({ format: 'uuid' }) event_id: string;
  @ApiProperty({ enum: ITEM_STATUSES }) status: ItemStatus;
  @ApiProperty({
    type: [ItemFault],
    description: 'Why it was refused, or which of its properties were left out.',
  })
  errors: FieldError[];
}

/** An item of a request, or null for one that is refused, with what is answered of it. */
export interface JudgedItem<T> {
  item: T | null;
  result: ItemResult;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id a client chose for an item, where it is one. */
export function chosenId(given: object): string | undefined {
  const { event_id: id } = given as { event_id?: unknown };
  return typeof id === 'string' && UUID.test(id) ? id.toLowerCase() : undefined;
}

/** An item that is taken; `leftOut` names properties of it that are not. */
export function acceptedItem<T>(item: T, event_id: string, leftOut: FieldError[] = []): JudgedItem<T> {
  return { item, result: { event_id, status: 'accepted', errors: leftOut } };
}

export function refusedItem(event_id: string, errors: FieldError[]): JudgedItem<never> {
  return { item: null, result: { event_id, status: 'refused', errors } };
}

/** The items that are taken, in order. */
export function takenItems<T>(judged: readonly JudgedItem<T>[]): T[] {
  return judged.map(({ item }) => item).filter((item) => item !== null);
}

/** The faults of all items, named by their place in a field of the request. */
export function itemFaults(judged: readonly JudgedItem<unknown>[], field: string): FieldError[] {
  return judged.flatMap(({ result }, index) =>
    result.errors.map(({ field: part, reason }) => ({ field: `${field}[${index}].${part}`, reason })),
  );
}
