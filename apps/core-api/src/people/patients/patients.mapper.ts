import type { CreatePatientRequest, Extent, Patient, UpdatePatientRequest } from '@restartix/contracts';
import type { PlainValues } from './patient.cipher';
import type { PatientRow, ProtectedColumn } from './patient.entity';

/** The API's view of a row for a role's extent; `plain` are its opened columns. */
export function toPatient(
  row: PatientRow,
  plain: Record<ProtectedColumn, string | null>,
  extent: Extent,
): Patient {
  const contact: Patient = {
    id: row.id,
    first_name: plain.first_name ?? '',
    last_name: plain.last_name ?? '',
    email: plain.email,
    phone: plain.phone,
    address: {
      line1: plain.address_line1,
      line2: plain.address_line2,
      city: plain.city,
      state: plain.state,
      zip: plain.zip,
    },
    profile_shared: row.profile_shared,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
  if (extent === 'contact') return contact;
  return {
    ...contact,
    date_of_birth: plain.date_of_birth,
    external_ehr_id: plain.external_ehr_id,
    insurance: {
      provider: plain.insurance_provider,
      member_id: plain.insurance_member_id,
      group_number: plain.insurance_group_number,
    },
    recording_consent: row.recording_consent,
  };
}

/** The protected columns a request gives; absent fields stay untouched. */
export function toPlainValues(request: CreatePatientRequest | UpdatePatientRequest): PlainValues {
  const { address, insurance } = request;
  return {
    first_name: request.first_name,
    last_name: request.last_name,
    date_of_birth: request.date_of_birth,
    email: request.email,
    phone: request.phone,
    external_ehr_id: request.external_ehr_id,
    address_line1: address?.line1,
    address_line2: address?.line2,
    city: address?.city,
    state: address?.state,
    zip: address?.zip,
    insurance_provider: insurance?.provider,
    insurance_member_id: insurance?.member_id,
    insurance_group_number: insurance?.group_number,
  };
}
