import { Injectable } from '@nestjs/common';
import { KeyRing } from '@restartix/keys';
import { placeOf } from '../../platform/places';

export const SEALED = [
  ...([
    'contact_name',
    'contact_email',
    'contact_phone',
    'reason',
    'cancellation_note',
    'rating_comment',
  ] as const),
] as const;
export type SealedColumn = (typeof SEALED)[number];

/** Seals and opens what is written about a visit, under the organization's key. */
@Injectable()
export class AppointmentCipher {
  constructor(private readonly keys: KeyRing) {}

  async seal(
    organizationId: number,
    id: string,
    values: Partial<Record<SealedColumn, string | null | undefined>>,
  ): Promise<Partial<Record<SealedColumn, string>>> {
    const sealed: Partial<Record<SealedColumn, string>> = {};
    for (const [column, value] of Object.entries(values) as [SealedColumn, string | null | undefined][]) {
      if (value != null)
        sealed[column] = await this.keys.seal(organizationId, value, this.place(organizationId, column, id));
    }
    return sealed;
  }

  async open(
    organizationId: number,
    id: string,
    column: SealedColumn,
    envelope: string | null,
  ): Promise<string | null> {
    return envelope === null
      ? null
      : this.keys.open(organizationId, envelope, this.place(organizationId, column, id));
  }

  private place(organizationId: number, column: string, id: string): string {
    return placeOf(organizationId, 'appointments', column, id);
  }
}
