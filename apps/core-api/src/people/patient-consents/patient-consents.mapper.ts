import type { PatientConsent } from '@restartix/contracts';
import type { ConsentRow } from './patient-consents.repository';

/** A consent as it is shown: what the desk recorded of it stands apart from what the patient did in person. */
export const toPatientConsent = (row: ConsentRow): PatientConsent => ({
  id: row.id,
  consent_text_id: row.consent_text_id,
  kind: row.kind,
  version: row.version,
  given_at: row.given_at.toISOString(),
  on_paper:
    row.signed_on && row.recorded_by ? { signed_on: row.signed_on, recorded_by: row.recorded_by } : null,
  withdrawn_at: row.withdrawn_at?.toISOString() ?? null,
  withdrawn_at_desk:
    row.withdrawal_told_on && row.withdrawal_recorded_by
      ? { told_on: row.withdrawal_told_on, recorded_by: row.withdrawal_recorded_by }
      : null,
});
