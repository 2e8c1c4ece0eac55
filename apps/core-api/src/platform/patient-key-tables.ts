/** Tables whose envelopes are under a patient's key, by the resource their audit events name. */
export const PATIENT_KEY_TABLES: Readonly<Record<string, string>> = {
  patient: 'patients',
  coverage: 'coverages',
  caregiver: 'patient_caregivers',
};

/** Whether changes of this kind of thing can be opened: its envelopes are under a patient's key. */
export const isUnderPatientKey = (resourceType: string): boolean =>
  Object.hasOwn(PATIENT_KEY_TABLES, resourceType);
