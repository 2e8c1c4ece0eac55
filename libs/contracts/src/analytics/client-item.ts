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
  @ApiProperty({ type: [ItemFault], description: 'Why it was refused; empty otherwise.' })
  errors: FieldError[];
}
