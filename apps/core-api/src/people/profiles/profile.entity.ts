/** Columns of `patient_persons` that are envelopes under the person's key, by the field of the API they carry. */
export const PROFILE_COLUMNS = [
  'sex',
  'blood_type',
  'allergies',
  'chronic_conditions',
  'occupation',
  'residence',
  'emergency_contact_name',
  'emergency_contact_phone',
] as const;
export type ProfileColumn = (typeof PROFILE_COLUMNS)[number];

/** Columns whose plain value is a list. */
const LISTS: readonly ProfileColumn[] = ['allergies', 'chronic_conditions'];
export const isList = (column: ProfileColumn): boolean => LISTS.includes(column);

/** The portable layer as the database shows it to the caller. */
export interface ProfileRow extends Record<ProfileColumn, string | null> {
  version: number;
  wrapped_key: string;
  updated_at: Date;
}

/** Whose a record is; the profile is null where the database shows it to nobody who asks. */
export interface PersonRow {
  id: string;
  user_id: string | null;
  profile: ProfileRow | null;
}
