/** A column of envelopes under an organization's own key. */
export interface SealedColumn {
  table: string;
  column: string;
  /** SQL of what stands for the row in the envelope's place. */
  id: string;
  /** Columns that tell its rows apart, in the order of an index, with their types. */
  key: Readonly<Record<string, 'uuid' | 'int' | 'text'>>;
  /** Its rows are of organizations, under their keys; or of the platform, under the key of organization 0. */
  scope: 'organization' | 'platform';
}

const BY_ID = { id: 'id', key: { id: 'uuid' } } as const;

const of = (
  scope: SealedColumn['scope'],
  table: string,
  columns: readonly string[],
  { id, key }: Pick<SealedColumn, 'id' | 'key'> = BY_ID,
): SealedColumn[] => columns.map((column) => ({ table, column, id, key, scope }));

/**
 * Every column sealed under an organization's key, wrapped keys of people, visits and messages among them: what a rotation moves under the
 * newest version. The place of each is organization:table:column:id. Columns of a patient's record are under the
 * patient's key instead, texts of a visit or message under that row's; a column of envelopes that is neither fails the checks.
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  ...of('platform', 'patient_persons', ['wrapped_key']),
  ...of('platform', 'users', ['email', 'name']),
  ...of('platform', 'sessions', ['client']),
  ...of('platform', 'second_factors', ['wrapped_secret']),
  ...of('platform', 'inbound_events', ['payload'], {
    id: `vendor || '/' || vendor_event_id`,
    key: { vendor: 'text', vendor_event_id: 'text' },
  }),
  ...of('organization', 'patient_keys', ['wrapped_key'], {
    id: 'patient_id',
    key: { patient_id: 'uuid', version: 'int' },
  }),
  ...of('organization', 'specialists', ['name', 'email', 'phone', 'dea_number']),
  ...of('organization', 'specialist_licences', ['number']),
  ...of('organization', 'appointments', ['wrapped_key']),
  ...of('organization', 'legal_holds', ['reason', 'lift_reason']),
  ...of('organization', 'erasures', ['reason']),
  ...of('organization', 'messages', ['wrapped_key']),
  ...of('organization', 'break_glass_sessions', ['reason']),
  ...of('organization', 'break_glass_reviews', ['note']),
  ...of('organization', 'impersonations', ['reason']),
  ...of('organization', 'idempotency_keys', ['answer'], {
    id: `caller || ':' || key`,
    key: { caller: 'uuid', key: 'text' },
  }),
];
