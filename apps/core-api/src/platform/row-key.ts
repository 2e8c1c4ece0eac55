import { openEnvelope, sealEnvelope } from '@restartix/crypto';
import type { KeyRing } from '@restartix/keys';
import { placeOf } from './places';

/** A row of a table that has a column `wrapped_key`. */
export interface KeyedRow {
  organization_id: number;
  id: string;
  wrapped_key: string | null;
}

/** A row has one key, from its first text to its erasure. */
const VERSION = 1;

/**
 * Seals texts of a row under a data key of its own, a new one where it has none yet; answers them and the wrapped key.
 * The audit trail copies a row's envelopes and never its wrapped key: once that is gone from the row, what the trail
 * holds opens nowhere.
 */
export async function sealUnderRow<C extends string>(
  keys: KeyRing,
  table: string,
  row: KeyedRow,
  texts: Readonly<Record<C, string>>,
): Promise<Record<C | 'wrapped_key', string>> {
  const { organization_id: organizationId, id, wrapped_key: known } = row;
  const keyPlace = placeOf(organizationId, table, 'wrapped_key', id);
  const { key, wrapped } = known
    ? { key: await keys.dataKey(organizationId, known, keyPlace), wrapped: known }
    : await keys.newDataKey(organizationId, keyPlace);
  const envelopes = Object.entries<string>(texts).map(([column, plain]) => [
    column,
    sealEnvelope(key, VERSION, plain, placeOf(organizationId, table, column, id)),
  ]);
  return { ...(Object.fromEntries(envelopes) as Record<C, string>), wrapped_key: wrapped };
}

/** The text of an envelope of the row; one from before rows had keys is under the organization's. Throws EnvelopeError. */
export async function openUnderRow(
  keys: KeyRing,
  table: string,
  { organization_id: organizationId, id, wrapped_key: wrapped }: KeyedRow,
  column: string,
  envelope: string,
): Promise<string> {
  const place = placeOf(organizationId, table, column, id);
  if (wrapped === null) return keys.open(organizationId, envelope, place);
  const key = await keys.dataKey(organizationId, wrapped, placeOf(organizationId, table, 'wrapped_key', id));
  return openEnvelope(key, envelope, place);
}
