import { Database, type Sql } from '@restartix/database';

interface Urls {
  databaseUrl: string;
  systemUrl: string;
  relayUrl: string;
  migrationUrl: string;
  superuserUrl: string;
}

export const ORGANIZATIONS = [1, 2] as const;
export type OrganizationId = (typeof ORGANIZATIONS)[number];

/** Ids of the fixture say where they belong: organization, kind, number. */
const uuid = (organizationId: number, kind: string, number: number): string =>
  `0000000${organizationId}-0000-7000-8000-${kind}0000000000${number}`;

export const userOf = (organizationId: number, role: string): string =>
  uuid(
    organizationId,
    'a',
    [
      'superadmin',
      'patient',
      'specialist',
      'other_specialist',
      'assistant',
      'org_admin',
      'compliance',
    ].indexOf(role),
  );
export const specialistOf = (organizationId: number, which: 'own' | 'other' = 'own'): string =>
  uuid(organizationId, 'b', which === 'own' ? 1 : 2);
/**
 * Patient 1 has the login of the patient role and is in the specialist's care, and so is 2; the care of 3 has ended;
 * 4 is in the care of the other specialist.
 */
export const patientOf = (organizationId: number, number: 1 | 2 | 3 | 4): string =>
  uuid(organizationId, 'c', number);
export const personOf = (organizationId: number, number: 1 | 2 | 3 | 4): string =>
  uuid(organizationId, 'd', number);
export const careOf = (organizationId: number, number: 1 | 2 | 3 | 4): string =>
  uuid(organizationId, 'e', number);
/** A thing of the clinic fixture: location 1, specialty 2, appointment type 3, appointment 4 (of patient 1), transition 5. */
export const thingOf = (organizationId: number, number: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8): string =>
  uuid(organizationId, '9', number);
export const SUPERADMIN = userOf(0, 'superadmin');
/** The specialist's session, in which the record of patient 4 was opened by break-glass, until half an hour ago. */
export const sessionOf = (organizationId: number): string => uuid(organizationId, 'f', 6);
export const breakGlassOf = (organizationId: number): string => uuid(organizationId, 'f', 7);

function organizationSql(id: OrganizationId): string {
  const people = ['patient', 'specialist', 'other_specialist', 'assistant', 'org_admin', 'compliance'];
  const users = people.map((role) => `('${userOf(id, role)}', 'e1.1.email_${id}_${role}')`);
  const members = people.map((role) => `(${id}, '${userOf(id, role)}', '${role.replace('other_', '')}')`);
  const identities = people.map(
    (role) => `('https://clerk.test', 'user_${id}_${role}', '${userOf(id, role)}')`,
  );
  const patients = ([1, 2, 3, 4] as const).map((number) => ({
    id: patientOf(id, number),
    person: personOf(id, number),
    user: number === 1 ? `'${userOf(id, 'patient')}'` : 'null',
    specialist: specialistOf(id, number === 4 ? 'other' : 'own'),
    care: careOf(id, number),
    closed: number === 3 ? 'now()' : 'null',
  }));
  const values = (row: (patient: (typeof patients)[number]) => string) => patients.map(row).join(', ');
  return `
    insert into organizations (id, slug, name, identity_organization)
      values (${id}, 'clinic-${id}', 'Clinic ${id}', 'org_${id}');
    insert into users (id, email) values ${users.join(', ')};
    insert into user_organizations (organization_id, user_id, role) values ${members.join(', ')};
    insert into user_identities (issuer, subject, user_id) values ${identities.join(', ')};
    insert into organization_keys (organization_id, version, wrapped_key) values (${id}, 1, 'e1.1.key');
    insert into patient_persons (id, user_id, wrapped_key)
      values ${values(({ person, user }) => `('${person}', ${user}, 'e1.1.key')`)};
    insert into patients (organization_id, id, patient_person_id, user_id, first_name, last_name, last_name_index)
      values ${values(({ id: patient, person, user }) => `(${id}, '${patient}', '${person}', ${user}, 'e1.1.first', 'e1.1.last', 'index')`)};
    insert into patient_keys (organization_id, patient_id, version, wrapped_key)
      values ${values(({ id: patient }) => `(${id}, '${patient}', 1, 'e1.1.key')`)};
    insert into specialists (organization_id, id, user_id, name) values
      (${id}, '${specialistOf(id)}', '${userOf(id, 'specialist')}', 'e1.1.name'),
      (${id}, '${specialistOf(id, 'other')}', '${userOf(id, 'other_specialist')}', 'e1.1.name');
    insert into care_relationships (organization_id, id, patient_id, specialist_id, reason, closed_at)
      values ${values(({ id: patient, specialist, care, closed }) => `(${id}, '${care}', '${patient}', '${specialist}', 'assignment', ${closed})`)};
    insert into user_consents (organization_id, id, user_id, consent_type, level, policy_version)
      values (${id}, '${uuid(id, 'f', 1)}', '${userOf(id, 'patient')}', 'analytics', 2, '2026-01');
    insert into messages (organization_id, id, template, channel, recipient_patient_id, data, dedupe_key, not_before)
      values (${id}, '${uuid(id, 'f', 2)}', 'x', 'sms', '${patientOf(id, 1)}', 'e1.1.data', 'key', now());
    insert into legal_holds (organization_id, id, patient_id, reason, placed_by)
      values (${id}, '${uuid(id, 'f', 2)}', '${patientOf(id, 2)}', 'e1.1.reason', '${userOf(id, 'compliance')}');
    insert into erasures (organization_id, id, patient_id, reason, erased_by, keys_destroyed, person_erased)
      values (${id}, '${uuid(id, 'f', 3)}', '${patientOf(id, 3)}', 'e1.1.reason', '${userOf(id, 'compliance')}', 1, true);
    insert into exercise_sessions (organization_id, id, patient_id)
      values (${id}, '${uuid(id, 'f', 4)}', '${patientOf(id, 1)}');
    insert into analytics_withdrawals (organization_id, id, user_id, level)
      values (${id}, '${uuid(id, 'f', 5)}', '${userOf(id, 'patient')}', 0);
    insert into sessions (id, issuer, identity_session, user_id, started_at, authenticated_at, last_active_at)
      values ('${sessionOf(id)}', 'https://clerk.test', 'sess_${id}', '${userOf(id, 'specialist')}', now(), now(), now());
    insert into break_glass_sessions (organization_id, id, user_id, role, session_id, patient_id, purpose, reason,
        opened_at, expires_at)
      values (${id}, '${breakGlassOf(id)}', '${userOf(id, 'specialist')}', 'specialist', '${sessionOf(id)}',
        '${patientOf(id, 4)}', 'emergency', 'e1.1.reason', now() - interval '1 hour', now() - interval '30 minutes');
    insert into break_glass_reviews (organization_id, id, break_glass_id, reviewed_by, verdict, note)
      values (${id}, '${uuid(id, 'f', 8)}', '${breakGlassOf(id)}', '${userOf(id, 'compliance')}', 'justified', 'e1.1.note');
    insert into impersonations (organization_id, id, user_id, role, session_id, patient_id, patient_user_id, reason, expires_at)
      values (${id}, '${uuid(id, 'f', 9)}', '${userOf(id, 'assistant')}', 'assistant', '${sessionOf(id)}',
        '${patientOf(id, 1)}', '${userOf(id, 'patient')}', 'e1.1.reason', now() + interval '10 minutes');
    insert into api_keys (organization_id, id, label, lookup, secret_index, scopes, created_by, created_at, expires_at)
      values (${id}, '${uuid(id, 'f', 6)}', 'Laboratory', 'look-up', 'hash', '{patient:read}', '${userOf(id, 'org_admin')}', now(), now());
    insert into api_key_uses (organization_id, api_key_id, last_used_at) values (${id}, '${uuid(id, 'f', 6)}', now());
    ${schedulingSql(id)}`;
}

function schedulingSql(id: OrganizationId): string {
  const [clinic, specialty, type, appointment] = ([1, 2, 3, 4] as const).map((n) => thingOf(id, n));
  const specialist = specialistOf(id);
  return `
    insert into clinics (organization_id, id, name) values (${id}, '${clinic}', 'Main street');
    insert into specialist_clinics (organization_id, specialist_id, clinic_id, is_primary)
      values (${id}, '${specialist}', '${clinic}', true);
    insert into specialties (organization_id, id, title, slug) values (${id}, '${specialty}', 'Knee', 'knee');
    insert into specialist_specialties (organization_id, specialist_id, specialty_id)
      values (${id}, '${specialist}', '${specialty}');
    insert into specialist_licences (organization_id, id, specialist_id, country, number)
      values (${id}, '${thingOf(id, 6)}', '${specialist}', 'RO', 'e1.1.number');
    insert into organization_settings (organization_id, public_booking) values (${id}, true);
    insert into feature_flags (organization_id, name, enabled) values (${id}, 'ai', false);
    insert into appointment_types (organization_id, id, title, duration_minutes, step_minutes, is_published)
      values (${id}, '${type}', 'First visit', 30, 30, true);
    insert into appointment_type_specialists (organization_id, appointment_type_id, specialist_id)
      values (${id}, '${type}', '${specialist}');
    insert into specialist_weekly_hours (organization_id, id, specialist_id, day_of_week, start_minute, end_minute)
      values (${id}, '${thingOf(id, 7)}', '${specialist}', 1, 540, 1020);
    insert into specialist_date_overrides (organization_id, id, specialist_id, starts_at, ends_at, is_available)
      values (${id}, '${thingOf(id, 8)}', '${specialist}', '2027-01-04T00:00Z', '2027-01-05T00:00Z', false);
    insert into appointments (organization_id, id, status, appointment_type_id, specialist_id, patient_id, mode, starts_at,
        ends_at, occupied_from, occupied_until, booked_via)
      values (${id}, '${appointment}', 'upcoming', '${type}', '${specialist}', '${patientOf(id, 1)}', 'in_person',
        '2027-01-11T09:00Z', '2027-01-11T09:30Z', '2027-01-11T09:00Z', '2027-01-11T09:30Z', 'staff');
    insert into idempotency_keys (organization_id, caller, key, fingerprint, expires_at)
      values (${id}, '${userOf(id, 'assistant')}', 'key', 'x', now());
    insert into consent_texts (organization_id, id, kind, version, title, body)
      values (${id}, '${thingOf(id, 6)}', 'treatment', 1, 'Treatment', 'Text');
    insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind)
      values (${id}, '${thingOf(id, 7)}', '${patientOf(id, 1)}', '${thingOf(id, 6)}', 'treatment');
    insert into coverages (organization_id, id, patient_id, kind, payer, member_id, valid_from, coverage_order)
      values (${id}, '${thingOf(id, 6)}', '${patientOf(id, 1)}', 'state', 'e1.1.payer', 'e1.1.member', '2026-01-01', 1);
    insert into patient_caregivers (organization_id, id, patient_id, name, relationship, valid_from)
      values (${id}, '${thingOf(id, 6)}', '${patientOf(id, 1)}', 'e1.1.relative', 'child', '2026-01-01');
    insert into patient_claims (organization_id, id, patient_id, code_index, channel, issued_by, expires_at)
      values (${id}, '${thingOf(id, 6)}', '${patientOf(id, 2)}', 'index', 'email', '${userOf(id, 'assistant')}', now() + interval '1 day');
    insert into waitlist_entries (organization_id, id, patient_id, appointment_type_id)
      values (${id}, '${thingOf(id, 5)}', '${patientOf(id, 1)}', '${type}');
    insert into appointment_transitions (organization_id, id, appointment_id, to_status, by_role)
      values (${id}, '${thingOf(id, 5)}', '${appointment}', 'upcoming', 'assistant');`;
}

const PLATFORM = `
  insert into users (id, platform_role) values ('${SUPERADMIN}', 'superadmin');
  insert into organization_keys (organization_id, version, wrapped_key) values (0, 1, 'e1.1.key');`;

export const SEED = [PLATFORM, ...ORGANIZATIONS.map(organizationSql), 'truncate audit_outbox'].join(';\n');

export interface Who {
  organization?: number;
  role?: string;
  user?: string;
  more?: Record<string, string>;
}

/** Two organizations with people in every role, and the main database as each of its own roles. */
export class Clinic {
  readonly app: Database;
  readonly system: Database;
  readonly relay: Database;
  readonly migrator: Database;
  readonly superuser: Database;

  constructor(urls: Urls) {
    const open = (url: string) => new Database({ url, applicationName: 'spec', max: 2 });
    this.app = open(urls.databaseUrl);
    this.system = open(urls.systemUrl);
    this.relay = open(urls.relayUrl);
    this.migrator = open(urls.migrationUrl);
    this.superuser = open(urls.superuserUrl);
  }

  async open(): Promise<this> {
    await Promise.all(this.databases.map((database) => database.connect()));
    await this.superuser.query(SEED);
    return this;
  }

  async close(): Promise<void> {
    await Promise.all(this.databases.map((database) => database.close()));
  }

  /** One statement in a transaction of its own, with the settings a unit of work would make. */
  run<R extends object>(
    database: Database,
    { organization, role, user, more }: Who,
    text: string,
    values?: unknown[],
  ): Promise<R[]> {
    const settings = {
      'app.current_org_id': String(organization ?? ''),
      'app.current_role': role ?? '',
      'app.current_user_id': user ?? '',
      ...more,
    };
    return database.transaction(settings, (sql: Sql) => sql.query<R>(text, values));
  }

  /** The same as a request of a member: `role` may be other_specialist. */
  as<R extends object>(organization: number, role: string, text: string, values?: unknown[]): Promise<R[]> {
    const who = { organization, role: role.replace('other_', ''), user: userOf(organization, role) };
    return this.run<R>(this.app, who, text, values);
  }

  private get databases(): Database[] {
    return [this.app, this.system, this.relay, this.migrator, this.superuser];
  }
}
