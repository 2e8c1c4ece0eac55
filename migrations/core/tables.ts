/**
 * Every table of the main database is on exactly one of these two lists; a table on neither fails the checks.
 * A tenant table carries organization_id, forced row-level security with the restrictive tenant policy, and the
 * organization in every unique and foreign key.
 */
export const TENANT_TABLES = [
  'patients',
  'patient_keys',
  'specialists',
  'care_relationships',
  'user_consents',
  'messages',
  'break_glass_sessions',
  'break_glass_reviews',
  'impersonations',
  'clinics',
  'specialist_clinics',
  'specialties',
  'specialist_specialties',
  'specialist_licences',
  'organization_settings',
  'feature_flags',
  'appointment_types',
  'appointment_type_specialists',
  'specialist_weekly_hours',
  'specialist_date_overrides',
  'appointments',
  'appointment_transitions',
  'idempotency_keys',
  'waitlist_entries',
  'consent_texts',
  'patient_consents',
  'coverages',
  'patient_caregivers',
  'patient_claims',
  'legal_holds',
  'erasures',
  'exercise_sessions',
  'analytics_withdrawals',
  'api_keys',
  'api_key_uses',
] as const;

/** Tables that are not one organization's, why, and whether their rows are audited by trigger. */
export const EXEMPT_TABLES: readonly { name: string; reason: string; audited: boolean }[] = [
  {
    name: 'organizations',
    reason: 'The tenants themselves: own row, rows of own memberships, all for a superadmin.',
    audited: true,
  },
  {
    name: 'users',
    reason: 'One human signs in to many organizations: own row, or members of the current one.',
    audited: true,
  },
  {
    name: 'user_identities',
    reason: 'Issuer and subject of a sign-in; read by resolver functions only.',
    audited: true,
  },
  {
    name: 'user_organizations',
    reason: 'Memberships: own rows, or those of the current organization.',
    audited: true,
  },
  {
    name: 'sessions',
    reason:
      'One human signs in to many organizations: own rows. Sign-ins and endings are events of their own; activity is none.',
    audited: false,
  },
  {
    name: 'process_policies',
    reason:
      'Limits and terms a process started with; system work only. What changed is a configure event of its own.',
    audited: false,
  },
  {
    name: 'inbound_events',
    reason:
      'What vendors tell us, before it is known whom it is about; system work only. What follows from it is audited.',
    audited: false,
  },
  {
    name: 'patient_persons',
    reason: 'The portable layer of one human: readable by its owner, or where shared.',
    audited: true,
  },
  {
    name: 'organization_domains',
    reason: 'A host name belongs to one organization of all: unique over the platform; own rows only.',
    audited: true,
  },
  {
    name: 'organization_keys',
    reason: 'Wrapped keys of organizations and of the platform (0).',
    audited: false,
  },
  {
    name: 'audit_outbox',
    reason: 'Events on their way to the audit store; requests may only insert.',
    audited: false,
  },
  {
    name: 'audit_dead_letters',
    reason: 'Events the audit store refused; open to the compliance staff of their organization.',
    audited: false,
  },
  {
    name: 'message_dispatches',
    reason: 'Ids and times of messages that wait to be sent; requests may only line up their own.',
    audited: false,
  },
  {
    name: 'untold_memberships',
    reason:
      'Ids and times of memberships the identity provider has not been told of; system work only. The membership is audited.',
    audited: false,
  },
  {
    name: 'second_factors',
    reason: 'One human’s, whatever the organization: own rows only; secrets are envelopes.',
    audited: true,
  },
  {
    name: 'recovery_codes',
    reason: 'Keyed hashes of one human’s codes: own rows only; their use is a step_up event.',
    audited: false,
  },
  {
    name: 'step_up_challenges',
    reason: 'What one human’s session was asked, for minutes: own rows only.',
    audited: false,
  },
  {
    name: 'api_key_attempts',
    reason:
      'Count of wrong API keys of a network or for a key, before anybody is known; system work only. Each lock is a deny event.',
    audited: false,
  },
  {
    name: 'step_up_attempts',
    reason: 'Count of one human’s wrong answers: own rows only; each is a step_up event.',
    audited: false,
  },
  { name: 'schema_migrations', reason: 'Names of the migrations applied.', audited: false },
];

/** Tenant tables whose rows are not audited by trigger, and why. */
export const UNAUDITED_TENANT_TABLES: readonly { name: string; reason: string }[] = [
  {
    name: 'idempotency_keys',
    reason:
      'Says nothing that the create it belongs to has not recorded; a repeated answer is an access of its own.',
  },
  {
    name: 'patient_keys',
    reason: 'A wrapped key is made with its patient; its use is what matters and is recorded.',
  },
  {
    name: 'api_key_uses',
    reason: 'When a key was last used; each writing is a key_use event with the count.',
  },
];

/** Functions that run with the rights of the tables' owner, because no role may do what they do; with their reasons. */
export const OWNER_FUNCTIONS: readonly { name: string; reason: string }[] = [
  {
    name: 'erase_patient(uuid,uuid,text)',
    reason:
      'Deletes keys and messages of one patient under no hold; no role of a request may delete those rows.',
  },
  {
    name: 'apply_consent()',
    reason:
      'Writes into the record what a consent of its patient means; no role of a request may say so itself.',
  },
  {
    name: 'supersede_stated_insurance()',
    reason: 'Takes the insurance stated with a record away when its first coverage is entered, by whomever.',
  },
];
