/** Columns of `patients` that are envelopes under the person's key, by the field of the API they carry. */
export const PROTECTED_COLUMNS = [
  'first_name',
  'last_name',
  'date_of_birth',
  'email',
  'phone',
  'external_ehr_id',
  'address_line1',
  'address_line2',
  'city',
  'state',
  'zip',
  'insurance_provider',
  'insurance_member_id',
  'insurance_group_number',
] as const;
export type ProtectedColumn = (typeof PROTECTED_COLUMNS)[number];

/** Columns that can be looked up by equality, through a blind index of their normalised value. */
export const INDEXED_COLUMNS = ['last_name', 'date_of_birth', 'email', 'phone', 'external_ehr_id'] as const;
export type IndexedColumn = (typeof INDEXED_COLUMNS)[number];

/** Envelope of each protected column; null where nothing is recorded. */
export type ProtectedValues = Record<ProtectedColumn, string | null>;

/** A row of `patients` with the person's wrapped keys by version. */
export interface PatientRow extends ProtectedValues {
  id: string;
  organization_id: number;
  version: number;
  recording_consent: boolean;
  profile_shared: boolean;
  created_at: Date;
  updated_at: Date;
  keys: Record<string, string>;
  /** What pays first today, where a coverage does: the record's own insurance columns are empty then. */
  primary_coverage: PrimaryCoverage | null;
}

/** Envelopes of the coverage that pays first, under the patient's key. */
export interface PrimaryCoverage {
  id: string;
  payer: string;
  member_id: string;
  group_number: string | null;
}

/** What a create or a change writes: envelopes, their blind indexes, and plain columns. */
export type PatientColumns = Partial<
  ProtectedValues & Record<`${IndexedColumn}_index`, string | null> & { recording_consent: boolean }
>;
