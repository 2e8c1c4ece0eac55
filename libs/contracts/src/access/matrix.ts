import type { Role } from '../platform/roles';

/**
 * What a thing can be to the person who asks for it. The strongest that holds is the one that counts. `break_glass`: it
 * was opened to the session for a short time, with a reason, and is reviewed.
 */
export const RELATIONSHIPS = ['own', 'in_care', 'organization', 'break_glass', 'none'] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];

export const RESOURCES = [
  'patient',
  'patient_person',
  'patient_claim',
  'specialist',
  'care_relationship',
  'break_glass',
  'break_glass_review',
  'impersonation',
  'organization',
  'organization_settings',
  'domain',
  'api_key',
  'clinic',
  'appointment_type',
  'schedule',
  'appointment',
  'appointment_rating',
  'waitlist_entry',
  'consent_text',
  'patient_consent',
  'desk_consent',
  'coverage',
  'coverage_verification',
  'caregiver',
  'audit_log',
  'legal_hold',
  'erasure',
  'retention',
  'audit_dead_letter',
  'security_event',
  'security_alert',
  'staff_activity',
  'analytics',
  'exercise_session',
  'telemetry_upkeep',
  'audit_delivery',
] as const;
export type Resource = (typeof RESOURCES)[number];

/** Resources that are health data or lead to it. */
export const PHI_RESOURCES: ReadonlySet<Resource> = new Set(['patient', 'patient_person']);

export type Verb = 'read' | 'create' | 'update';

/** Which part of a record a cell opens. `contact` is name and contact data without date of birth or insurance. */
export type Extent = 'all' | 'contact';

/** A cell: verb → the extent it opens. An absent verb is a refusal. */
export type Cell = Readonly<Partial<Record<Verb, Extent>>>;

export type MatrixRole = Exclude<Role, 'system' | 'anonymous'>;

type Row = Readonly<Record<MatrixRole, Readonly<Partial<Record<Relationship, Cell>>>>>;

const R: Cell = { read: 'all' };
const RU: Cell = { read: 'all', update: 'all' };
const RCU: Cell = { read: 'all', create: 'all', update: 'all' };
const NOTHING = {};
const NOBODY: Row = {
  patient: NOTHING,
  specialist: NOTHING,
  assistant: NOTHING,
  org_admin: NOTHING,
  compliance: NOTHING,
  superadmin: NOTHING,
};

/** What every member sees and the administrator keeps. */
const KEPT_BY_ADMIN: Row = {
  patient: { organization: R },
  specialist: { organization: R },
  assistant: { organization: R },
  org_admin: { organization: RCU },
  compliance: { organization: R },
  superadmin: NOTHING,
};

/**
 * The access matrix (requirements D121–D127, decision R20): resource × role × relationship. It decides the guards,
 * the policies and the tests. An absent cell is a refusal; a superadmin has no cell that opens health data but by break-glass.
 */
export const ACCESS_MATRIX: Readonly<Record<Resource, Row>> = {
  /** A person's record in one organization. */
  patient: {
    patient: { own: R },
    specialist: { in_care: RU, break_glass: R, organization: { create: 'all' } },
    assistant: { organization: { read: 'contact', create: 'contact', update: 'contact' } },
    org_admin: { organization: { read: 'contact', create: 'contact', update: 'contact' } },
    compliance: { organization: R },
    superadmin: { break_glass: R },
  },
  /** The portable layer of one human, across organizations. */
  patient_person: {
    patient: { own: RU },
    specialist: { in_care: R },
    assistant: NOTHING,
    org_admin: { organization: R },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** Sending a patient the code that makes a record theirs; what it opens is nobody's of the staff. */
  patient_claim: {
    ...NOBODY,
    specialist: { in_care: { create: 'all' } },
    assistant: { organization: { create: 'all' } },
    org_admin: { organization: { create: 'all' } },
    compliance: { organization: R },
  },
  specialist: {
    patient: { organization: R },
    specialist: { organization: R },
    assistant: { organization: R },
    org_admin: { organization: { read: 'all', create: 'all', update: 'all' } },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** Who cares for whom: whoever does may bring in a colleague, hand over, or end it. */
  care_relationship: {
    patient: NOTHING,
    specialist: { own: RU, in_care: { create: 'all' } },
    assistant: { organization: R },
    org_admin: { organization: { read: 'all', create: 'all', update: 'all' } },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** Records opened to somebody they are closed to: for treatment, or by the platform's staff for the rest. */
  break_glass: {
    ...NOBODY,
    specialist: { own: RCU },
    compliance: { organization: R },
    superadmin: { own: RCU },
  },
  /** What compliance makes of them; read with the break-glass. */
  break_glass_review: { ...NOBODY, compliance: { organization: { create: 'all' } } },
  /** Times somebody of the staff saw what a patient sees. */
  impersonation: {
    ...NOBODY,
    patient: { own: R },
    assistant: { own: RU, organization: { create: 'all' } },
    org_admin: { own: RU, organization: { create: 'all' } },
    compliance: { organization: R },
  },
  /** The organization's own profile and settings; `none` is an organization the caller is no member of. */
  organization: {
    patient: { organization: R },
    specialist: { organization: R },
    assistant: { organization: R },
    org_admin: { organization: RU },
    compliance: { organization: R },
    superadmin: { none: RU },
  },
  organization_settings: { ...KEPT_BY_ADMIN },
  /** Host names and how they are proven. */
  domain: {
    patient: NOTHING,
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: { organization: RCU },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** Keys of the organization's own systems; what they open is never shown again. */
  api_key: { ...NOBODY, org_admin: { organization: RCU }, compliance: { organization: R } },
  clinic: { ...KEPT_BY_ADMIN },
  appointment_type: { ...KEPT_BY_ADMIN },
  /** When specialists work (D126). */
  schedule: {
    patient: { organization: R },
    specialist: { own: RCU, organization: R },
    assistant: { organization: RCU },
    org_admin: { organization: RCU },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** Who comes when: a patient's own, a specialist's own, the organization's for the desk. */
  appointment: {
    patient: { own: RCU },
    specialist: { own: RCU },
    assistant: { organization: RCU },
    org_admin: { organization: RCU },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** A patient's word on the own visit; read with the appointment. */
  appointment_rating: {
    patient: { own: { create: 'all' } },
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: NOTHING,
    compliance: NOTHING,
    superadmin: NOTHING,
  },
  /** Who waits for a time: a patient's own; joined and answered by the patient or the desk. */
  waitlist_entry: {
    patient: { own: RCU },
    specialist: { in_care: R },
    assistant: { organization: RCU },
    org_admin: { organization: RCU },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** What patients are asked to agree to. */
  consent_text: { ...KEPT_BY_ADMIN },
  /** What a patient agreed to, read with the record; given and withdrawn in person by the patient alone. */
  patient_consent: {
    patient: { own: RCU },
    specialist: { in_care: R },
    assistant: { organization: R },
    org_admin: { organization: R },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** What staff record of consents: a paper that was signed, a withdrawal that was told. Read with the consent. */
  desk_consent: {
    ...NOBODY,
    specialist: { in_care: { create: 'all', update: 'all' } },
    assistant: { organization: { create: 'all', update: 'all' } },
    org_admin: { organization: { create: 'all', update: 'all' } },
  },
  /** What insures a patient: not among the contact data the desk sees (decision R20). */
  coverage: {
    ...NOBODY,
    patient: { own: RCU },
    specialist: { in_care: RCU },
    compliance: { organization: R },
  },
  /** What the payer said of it: nobody verifies the own. */
  coverage_verification: { ...NOBODY, specialist: { in_care: { create: 'all' } } },
  /** Who cares for a patient at home, with contact data. */
  caregiver: {
    patient: { own: RCU },
    specialist: { in_care: RCU },
    assistant: { organization: RCU },
    org_admin: { organization: RCU },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  audit_log: {
    patient: NOTHING,
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: { organization: { read: 'contact' } },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** What may not be destroyed, and why. */
  legal_hold: {
    patient: NOTHING,
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: NOTHING,
    compliance: { organization: { read: 'all', create: 'all', update: 'all' } },
    superadmin: NOTHING,
  },
  /** Destroying a patient's key, and its receipt. */
  erasure: {
    patient: NOTHING,
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: NOTHING,
    compliance: { organization: { read: 'all', create: 'all' } },
    superadmin: NOTHING,
  },
  /** What of the audit trail would be dropped, and when. */
  retention: {
    patient: NOTHING,
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: { organization: R },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** Audit events the log refused: compliance mends them and sends them again. */
  audit_dead_letter: { ...NOBODY, compliance: { organization: RU } },
  /** Failed sign-ins, denials, uses of keys: who, from where. */
  security_event: { ...NOBODY, compliance: { organization: R } },
  /** What thresholds made of them; compliance acknowledges. */
  security_alert: { ...NOBODY, compliance: { organization: RU } },
  /** What staff did on which day, in counts; never of patients. */
  staff_activity: { ...NOBODY, compliance: { organization: R } },
  /** Counts about the organization; they name nobody. */
  analytics: {
    patient: NOTHING,
    specialist: { organization: R },
    assistant: { organization: R },
    org_admin: { organization: R },
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** A time a patient exercised. Who may begin one may renew its token and end it. */
  exercise_session: {
    patient: { own: RU, organization: { create: 'all' } },
    specialist: { in_care: R },
    assistant: NOTHING,
    org_admin: NOTHING,
    compliance: { organization: R },
    superadmin: NOTHING,
  },
  /** What telemetry stands on and no organization owns: the geo database, the list of excluded networks. */
  telemetry_upkeep: {
    patient: NOTHING,
    specialist: NOTHING,
    assistant: NOTHING,
    org_admin: NOTHING,
    compliance: NOTHING,
    superadmin: { none: RU },
  },
  /** How many audit events of which organization wait or were refused: counts, no event. */
  audit_delivery: { ...NOBODY, superadmin: { none: R } },
};

/** What a route or a use case asks for. */
export type Permission = `${Resource}:${Verb}`;

/** The cell for a role that stands in a relationship to a thing; an empty one when there is none. */
export function accessCell(resource: Resource, role: Role, relationship: Relationship): Cell {
  if (role === 'system' || role === 'anonymous') return NOTHING;
  return ACCESS_MATRIX[resource][role][relationship] ?? NOTHING;
}

/**
 * Whether some relationship would allow the role this: what a guard can know before the thing is read. Break-glass is
 * one of them only for who has opened something.
 */
export function mayEver(permission: Permission, role: Role, hasOpened = false): boolean {
  if (role === 'system' || role === 'anonymous') return false;
  const [resource, verb] = permission.split(':') as [Resource, Verb];
  const row: Partial<Record<Relationship, Cell>> = ACCESS_MATRIX[resource][role];
  return RELATIONSHIPS.some(
    (relationship) =>
      row[relationship]?.[verb] !== undefined && (hasOpened || relationship !== 'break_glass'),
  );
}
