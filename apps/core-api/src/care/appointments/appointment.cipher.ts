import { Injectable } from '@nestjs/common';
import { KeyRing } from '@restartix/keys';
import { openUnderRow, sealUnderRow, type KeyedRow } from '../../platform/row-key';

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

/** The envelopes that a change writes, and the row's wrapped key. */
export type SealedTexts = Partial<Record<SealedColumn | 'wrapped_key', string>>;

/**
 * Seals and opens what is written about a visit, under a key of that visit: a stranger has no record whose key could be
 * taken, and the erasure of a patient destroys the keys of the patient's visits.
 */
@Injectable()
export class AppointmentCipher {
  constructor(private readonly keys: KeyRing) {}

  async seal(
    row: KeyedRow,
    values: Partial<Record<SealedColumn, string | null | undefined>>,
  ): Promise<SealedTexts> {
    const given = Object.fromEntries(Object.entries(values).filter(([, text]) => text != null));
    if (Object.keys(given).length === 0) return {};
    return sealUnderRow(this.keys, 'appointments', row, given as Record<SealedColumn, string>);
  }

  /** Null where nothing was written. Throws EnvelopeError. */
  async open(
    row: KeyedRow & Record<SealedColumn, string | null>,
    column: SealedColumn,
  ): Promise<string | null> {
    const envelope = row[column];
    return envelope === null ? null : openUnderRow(this.keys, 'appointments', row, column, envelope);
  }
}
