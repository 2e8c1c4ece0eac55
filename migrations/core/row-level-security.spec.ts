import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { TENANT_TABLES } from './tables';
import {
  breakGlassOf,
  careOf,
  Clinic,
  ORGANIZATIONS,
  patientOf,
  personOf,
  sessionOf,
  specialistOf,
  SUPERADMIN,
  thingOf,
  userOf,
} from './test/clinic';

type Table = (typeof TENANT_TABLES)[number];

const REFUSED = { cause: { code: '42501' } };
const FOREIGN_KEY = { cause: { code: '23503' } };
const MEMBERS = ['patient', 'specialist', 'other_specialist', 'assistant', 'org_admin', 'compliance'];

/** Inserts of one row into an organization ($1), referring to things of an organization ($2). */
const INSERTS: Record<Table, (into: number, of: number) => string> = {
  patients: (into, of) =>
    `insert into patients (organization_id, id, patient_person_id, first_name, last_name, last_name_index)
     values (${into}, gen_random_uuid(), '${personOf(of === 1 ? 2 : 1, 4)}', 'x', 'x', 'x')`,
  patient_keys: (into, of) =>
    `insert into patient_keys (organization_id, patient_id, version, wrapped_key) values (${into}, '${patientOf(of, 1)}', 2, 'x')`,
  specialists: (into) =>
    `insert into specialists (organization_id, id, name) values (${into}, gen_random_uuid(), 'x')`,
  care_relationships: (into, of) =>
    `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
     values (${into}, gen_random_uuid(), '${patientOf(of, 4)}', '${specialistOf(of)}', 'assignment')`,
  user_consents: (into, of) =>
    `insert into user_consents (organization_id, id, user_id, consent_type, level, policy_version)
     values (${into}, gen_random_uuid(), '${userOf(of, 'patient')}', 'analytics', 1, 'x')`,
  messages: (into, of) =>
    `insert into messages (organization_id, id, template, channel, recipient_patient_id, data, dedupe_key, not_before)
     values (${into}, gen_random_uuid(), 'x', 'sms', '${patientOf(of, 1)}', 'x', 'x', now())`,
  break_glass_sessions: (into, of) =>
    `insert into break_glass_sessions (organization_id, id, user_id, role, session_id, patient_id, purpose, reason,
       expires_at)
     values (${into}, gen_random_uuid(), '${userOf(of, 'compliance')}', 'specialist', '${sessionOf(of)}',
       '${patientOf(of, 3)}', 'emergency', 'x', now() + interval '1 minute')`,
  break_glass_reviews: (into, of) =>
    `insert into break_glass_reviews (organization_id, id, break_glass_id, reviewed_by, verdict, note)
     values (${into}, gen_random_uuid(), '${breakGlassOf(of)}', '${userOf(of, 'specialist')}', 'justified', 'x')`,
  impersonations: (into, of) =>
    `insert into impersonations (organization_id, id, user_id, role, session_id, patient_id, patient_user_id, reason,
       expires_at)
     values (${into}, gen_random_uuid(), '${userOf(of, 'compliance')}', 'assistant', '${sessionOf(of)}',
       '${patientOf(of, 1)}', '${userOf(of, 'patient')}', 'x', now() + interval '1 minute')`,
  clinics: (into) =>
    `insert into clinics (organization_id, id, name) values (${into}, gen_random_uuid(), 'x')`,
  specialist_clinics: (into, of) =>
    `insert into specialist_clinics (organization_id, specialist_id, clinic_id)
     values (${into}, '${specialistOf(of, 'other')}', '${thingOf(of, 1)}')`,
  specialties: (into) =>
    `insert into specialties (organization_id, id, title, slug) values (${into}, gen_random_uuid(), 'x', 'x')`,
  specialist_specialties: (into, of) =>
    `insert into specialist_specialties (organization_id, specialist_id, specialty_id)
     values (${into}, '${specialistOf(of, 'other')}', '${thingOf(of, 2)}')`,
  specialist_licences: (into, of) =>
    `insert into specialist_licences (organization_id, id, specialist_id, country, number)
     values (${into}, gen_random_uuid(), '${specialistOf(of)}', 'NO', 'x')`,
  organization_settings: (into) => `insert into organization_settings (organization_id) values (${into})`,
  feature_flags: (into) =>
    `insert into feature_flags (organization_id, name, enabled) values (${into}, 'x', true)`,
  appointment_types: (into, of) =>
    `insert into appointment_types (organization_id, id, title, duration_minutes, step_minutes, clinic_id)
     values (${into}, gen_random_uuid(), 'x', 30, 30, '${thingOf(of, 1)}')`,
  appointment_type_specialists: (into, of) =>
    `insert into appointment_type_specialists (organization_id, appointment_type_id, specialist_id)
     values (${into}, '${thingOf(of, 3)}', '${specialistOf(of, 'other')}')`,
  specialist_weekly_hours: (into, of) =>
    `insert into specialist_weekly_hours (organization_id, id, specialist_id, day_of_week, start_minute, end_minute)
     values (${into}, gen_random_uuid(), '${specialistOf(of)}', 2, 0, 60)`,
  specialist_date_overrides: (into, of) =>
    `insert into specialist_date_overrides (organization_id, id, specialist_id, starts_at, ends_at, is_available)
     values (${into}, gen_random_uuid(), '${specialistOf(of)}', now(), now() + interval '1 hour', true)`,
  appointments: (into, of) =>
    `insert into appointments (organization_id, id, status, specialist_id, patient_id, mode, starts_at, ends_at,
       occupied_from, occupied_until, booked_via)
     values (${into}, gen_random_uuid(), 'upcoming', '${specialistOf(of, 'other')}', '${patientOf(of, 4)}', 'video',
       '2027-02-01T09:00Z', '2027-02-01T10:00Z', '2027-02-01T09:00Z', '2027-02-01T10:00Z', 'staff')`,
  idempotency_keys: (into, of) =>
    `insert into idempotency_keys (organization_id, caller, key, fingerprint, expires_at)
     values (${into}, '${userOf(of, 'superadmin')}', 'x', 'x', now())`,
  waitlist_entries: (into, of) =>
    `insert into waitlist_entries (organization_id, id, patient_id, appointment_type_id)
     values (${into}, gen_random_uuid(), '${patientOf(of, 2)}', '${thingOf(of, 3)}')`,
  consent_texts: (into) =>
    `insert into consent_texts (organization_id, id, kind, version, title, body)
     values (${into}, gen_random_uuid(), 'hipaa', 9, 'x', 'x')`,
  patient_consents: (into, of) =>
    `insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind)
     values (${into}, gen_random_uuid(), '${patientOf(of, 2)}', '${thingOf(of, 6)}', 'treatment')`,
  patient_claims: (into, of) =>
    `insert into patient_claims (organization_id, id, patient_id, code_index, channel, issued_by, expires_at)
     values (${into}, gen_random_uuid(), '${patientOf(of, 4)}', 'x', 'sms', '${userOf(into, 'org_admin')}', now() + interval '1 day')`,
  coverages: (into, of) =>
    `insert into coverages (organization_id, id, patient_id, kind, payer, member_id, valid_from, coverage_order)
     values (${into}, gen_random_uuid(), '${patientOf(of, 2)}', 'state', 'x', 'x', '2026-01-01', 1)`,
  patient_caregivers: (into, of) =>
    `insert into patient_caregivers (organization_id, id, patient_id, name, relationship, valid_from)
     values (${into}, gen_random_uuid(), '${patientOf(of, 2)}', 'x', 'child', '2026-01-01')`,
  appointment_transitions: (into, of) =>
    `insert into appointment_transitions (organization_id, id, appointment_id, to_status, by_role)
     values (${into}, gen_random_uuid(), '${thingOf(of, 4)}', 'cancelled', 'x')`,
  legal_holds: (into, of) =>
    `insert into legal_holds (organization_id, id, patient_id, reason, placed_by)
     values (${into}, gen_random_uuid(), '${patientOf(of, 4)}', 'x', '${userOf(of, 'compliance')}')`,
  erasures: (into, of) =>
    `insert into erasures (organization_id, id, patient_id, reason, erased_by, keys_destroyed, person_erased)
     values (${into}, gen_random_uuid(), '${patientOf(of, 4)}', 'x', '${userOf(of, 'compliance')}', 1, false)`,
  exercise_sessions: (into, of) =>
    `insert into exercise_sessions (organization_id, id, patient_id)
     values (${into}, gen_random_uuid(), '${patientOf(of, 1)}')`,
  analytics_withdrawals: (into, of) =>
    `insert into analytics_withdrawals (organization_id, id, user_id, level)
     values (${into}, gen_random_uuid(), '${userOf(of, 'patient')}', 0)`,
  api_keys: (into, of) =>
    `insert into api_keys (organization_id, id, label, lookup, secret_index, scopes, created_by, created_at, expires_at)
     values (${into}, gen_random_uuid(), 'x', 'x', 'x', '{patient:read}', '${userOf(of, 'org_admin')}', now(), now())`,
  api_key_uses: (into, of) =>
    `insert into api_key_uses (organization_id, api_key_id, last_used_at) values (${into}, '${thingOf(of, 1)}', now())`,
};

/** What every member of an organization may see, whoever they are there. */
const OPEN_TO_MEMBERS: readonly Table[] = [
  ...(['specialists', 'clinics', 'specialist_clinics', 'specialties', 'specialist_specialties'] as const),
  ...([
    'organization_settings',
    'feature_flags',
    'appointment_types',
    'appointment_type_specialists',
    'consent_texts',
  ] as const),
  ...(['specialist_weekly_hours', 'specialist_date_overrides'] as const),
];

describe('row-level security', () => {
  let databases: TestDatabases;
  let clinic: Clinic;

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new Clinic(databases).open();
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });

  const count = async (text: string) => (await clinic.superuser.query<{ n: number }>(text))[0]!.n;
  const ids = async (rows: Promise<{ id: string }[]>) => (await rows).map(({ id }) => id).sort();
  const patientsSeen = (organization: number, role: string) =>
    ids(clinic.as(organization, role, 'select id from patients'));
  /** Rows a statement with "returning" touched, in a transaction that is taken back. */
  const touched = async (organization: number, role: string, statement: string) => {
    const counting = `with touched as (${statement} returning 1) select count(*)::int as n from touched`;
    const [row] = await clinic.as<{ n: number }>(organization, role, counting);
    return row!.n;
  };

  describe.each(TENANT_TABLES)('%s', (table) => {
    it('shows nothing to requests, system work or its owner while the organization is not set', async () => {
      expect(await count(`select count(*)::int as n from ${table}`)).toBeGreaterThan(0);
      for (const database of [clinic.app, clinic.system, clinic.migrator]) {
        expect(await database.query(`select * from ${table}`)).toEqual([]);
        for (const role of [...MEMBERS, 'system', 'superadmin', 'anonymous'])
          expect(
            await clinic.run(database, { role, user: userOf(1, role) }, `select * from ${table}`),
          ).toEqual([]);
      }
    });

    it('shows nothing to requests while the role is not set, or is none of a member', async () => {
      for (const role of ['', 'system', 'superadmin', 'anonymous', 'migrator']) {
        const who = { organization: 1, role, user: userOf(1, 'org_admin') };
        expect(await clinic.run(clinic.app, who, `select * from ${table}`)).toEqual([]);
      }
    });

    it('shows the organization that is set, all of it to compliance, and never a row of the other', async () => {
      for (const organization of ORGANIZATIONS) {
        for (const role of MEMBERS) {
          const rows = await clinic.as<{ organization_id: number }>(
            organization,
            role,
            `select * from ${table}`,
          );
          expect(rows.filter((row) => row.organization_id !== organization)).toEqual([]);
        }
        const all = await count(
          `select count(*)::int as n from ${table} where organization_id = ${organization}`,
        );
        expect(await clinic.as(organization, 'compliance', `select * from ${table}`)).toHaveLength(all);
        for (const database of [clinic.system, clinic.migrator])
          expect(await clinic.run(database, { organization }, `select * from ${table}`)).toHaveLength(all);
      }
    });

    it('shows nothing of one organization to a member of another who set it to theirs but is nobody there', async () => {
      const who = { organization: 2, role: 'patient', user: userOf(1, 'patient') };
      const own = `where ${!OPEN_TO_MEMBERS.includes(table)}`;
      expect(await clinic.run(clinic.app, who, `select * from ${table} ${own}`)).toEqual([]);
    });

    it('takes no row for the other organization, from requests or from system work', async () => {
      for (const role of MEMBERS)
        await expect(clinic.as(1, role, INSERTS[table](2, 2))).rejects.toMatchObject(REFUSED);
      const system = clinic.run(clinic.system, { organization: 1, role: 'system' }, INSERTS[table](2, 2));
      await expect(system).rejects.toMatchObject(REFUSED);
    });

    it('lets no row be moved into the other organization, or changed there', async () => {
      const move = `update ${table} set organization_id = 2 where organization_id = 1`;
      await expect(clinic.run(clinic.system, { organization: 1 }, move)).rejects.toMatchObject(REFUSED);
      const [changed] = await clinic.run<{ n: number }>(
        clinic.system,
        { organization: 1 },
        `with changed as (update ${table} set organization_id = organization_id where organization_id = 2 returning 1)
         select count(*)::int as n from changed`,
      );
      expect(changed!.n).toBe(0);
    });

    it('lets no request delete', async () => {
      for (const role of MEMBERS)
        await expect(clinic.as(1, role, `delete from ${table}`)).rejects.toMatchObject(REFUSED);
    });
  });

  it.each([
    ...(['patient_keys', 'care_relationships', 'messages', 'specialist_clinics', 'appointments'] as const),
    ...(['appointment_types', 'appointment_type_specialists', 'specialist_weekly_hours'] as const),
    ...(['legal_holds', 'waitlist_entries', 'patient_caregivers', 'patient_claims'] as const),
  ])('lets no row of %s point at a thing of another organization, whoever writes it', async (table) => {
    const role = table === 'legal_holds' ? 'compliance' : 'org_admin';
    await expect(clinic.as(1, role, INSERTS[table](1, 2))).rejects.toMatchObject(FOREIGN_KEY);
    const system = clinic.run(clinic.system, { organization: 1 }, INSERTS[table](1, 2));
    await expect(system).rejects.toMatchObject(FOREIGN_KEY);
    await expect(clinic.superuser.query(INSERTS[table](1, 2))).rejects.toMatchObject(FOREIGN_KEY);
  });

  describe('a patient', () => {
    it('sees the own record and its keys only', async () => {
      expect(await patientsSeen(1, 'patient')).toEqual([patientOf(1, 1)]);
      const keys = await clinic.as<{ patient_id: string }>(
        1,
        'patient',
        'select patient_id from patient_keys',
      );
      expect(keys).toEqual([{ patient_id: patientOf(1, 1) }]);
    });

    it('sees the own consents only, and no care relationship', async () => {
      expect(await clinic.as(1, 'patient', 'select user_id from user_consents')).toEqual([
        { user_id: userOf(1, 'patient') },
      ]);
      expect(await clinic.as(1, 'patient', 'select id from care_relationships')).toEqual([]);
    });

    it('changes and creates no record', async () => {
      expect(await touched(1, 'patient', `update patients set version = 9`)).toBe(0);
      await expect(clinic.as(1, 'patient', INSERTS.patients(1, 1))).rejects.toMatchObject(REFUSED);
    });
  });

  describe('a specialist', () => {
    it('sees the patients in their care, and no others', async () => {
      expect(await patientsSeen(1, 'specialist')).toEqual([patientOf(1, 1), patientOf(1, 2)]);
      expect(await patientsSeen(1, 'other_specialist')).toEqual([patientOf(1, 4)]);
    });

    it('sees the keys of those records, and the own relationships', async () => {
      const keys = 'select patient_id as id from patient_keys';
      expect(await ids(clinic.as(1, 'specialist', keys))).toEqual([patientOf(1, 1), patientOf(1, 2)]);
      const own = [careOf(1, 1), careOf(1, 2), careOf(1, 3)];
      expect(await ids(clinic.as(1, 'specialist', 'select id from care_relationships'))).toEqual(own);
    });

    it('changes the records in their care, and no others', async () => {
      const change = (number: 2 | 3 | 4) =>
        `update patients set version = version where id = '${patientOf(2, number)}'`;
      expect(await touched(2, 'specialist', change(2))).toBe(1);
      expect(await touched(2, 'specialist', change(3))).toBe(0);
      expect(await touched(2, 'specialist', change(4))).toBe(0);
    });
  });

  it.each(['assistant', 'org_admin', 'compliance'])(
    '%s staff see every record of the organization',
    async (role) => {
      expect(await patientsSeen(1, role)).toEqual([1, 2, 3, 4].map((number) => patientOf(1, number as 1)));
    },
  );

  it('compliance changes and creates nothing but legal holds', async () => {
    expect(await touched(1, 'compliance', 'update patients set version = version')).toBe(0);
    expect(await touched(1, 'compliance', 'update specialists set organization_id = organization_id')).toBe(
      0,
    );
    expect(await touched(1, 'compliance', 'update care_relationships set closed_at = closed_at')).toBe(0);
    for (const table of TENANT_TABLES.filter((name) => name !== 'legal_holds'))
      await expect(clinic.as(1, 'compliance', INSERTS[table](1, 1))).rejects.toMatchObject(REFUSED);
    expect(await clinic.as(1, 'compliance', INSERTS.legal_holds(1, 1))).toEqual([]);
  });

  it('only compliance sees holds and erasures, places holds and lifts them', async () => {
    for (const role of MEMBERS.filter((one) => one !== 'compliance')) {
      for (const table of ['legal_holds', 'erasures'])
        expect(await clinic.as(1, role, `select * from ${table}`)).toEqual([]);
      await expect(clinic.as(1, role, INSERTS.legal_holds(1, 1))).rejects.toMatchObject(REFUSED);
    }
    for (const column of ['reason', 'patient_id', 'placed_at'])
      await expect(
        clinic.as(1, 'compliance', `update legal_holds set ${column} = ${column}`),
      ).rejects.toMatchObject(REFUSED);
  });

  it.each(['specialist', 'assistant', 'org_admin'])(
    '%s cannot change whose a record is, where it belongs or that its owner shared the profile',
    async (role) => {
      for (const column of [
        'profile_shared',
        'patient_person_id',
        'user_id',
        'organization_id',
        'id',
        'deleted_at',
      ])
        await expect(clinic.as(1, role, `update patients set ${column} = ${column}`)).rejects.toMatchObject(
          REFUSED,
        );
    },
  );

  describe('exempt tables', () => {
    const asSuperadmin = <R extends object>(text: string) =>
      clinic.run<R>(clinic.app, { role: 'superadmin', user: SUPERADMIN }, text);

    it('organizations: one sees the own and those of one’s memberships; a superadmin sees all', async () => {
      const READ = 'select id from organizations order by id';
      expect(await clinic.as(1, 'patient', READ)).toEqual([{ id: 1 }]);
      expect(await clinic.run(clinic.app, { user: userOf(2, 'patient') }, READ)).toEqual([{ id: 2 }]);
      expect(await clinic.run(clinic.app, { role: 'anonymous' }, READ)).toEqual([]);
      expect(await asSuperadmin(READ)).toEqual([{ id: 1 }, { id: 2 }]);
    });

    it('organizations: an administrator changes the active one, not another they are a member of', async () => {
      const change = (id: number) => `update organizations set name = name where id = ${id}`;
      const member = `insert into user_organizations (organization_id, user_id, role) values (2, '${userOf(1, 'org_admin')}', 'org_admin')`;
      await clinic.superuser.query(member);
      expect(await clinic.as(1, 'org_admin', 'select id from organizations')).toHaveLength(2);
      expect(await touched(1, 'org_admin', change(1))).toBe(1);
      expect(await touched(1, 'org_admin', change(2))).toBe(0);
      for (const role of MEMBERS.filter((word) => word !== 'org_admin'))
        expect(await touched(1, role, change(1))).toBe(0);
      await clinic.superuser.query(
        `delete from user_organizations where (organization_id, user_id) = (2, '${userOf(1, 'org_admin')}')`,
      );
    });

    it('users and memberships: the own, and for staff those of the current organization', async () => {
      const foreign = (table: string, column: string) =>
        `select 1 from ${table} where ${column} in (select m.user_id from user_organizations m where m.organization_id = 2)`;
      for (const role of MEMBERS) {
        const seen = role === 'patient' ? 1 : 6;
        expect(await clinic.as(1, role, 'select id from users')).toHaveLength(seen);
        expect(await clinic.as(1, role, 'select 1 from user_organizations')).toHaveLength(seen);
        expect(await clinic.as(1, role, foreign('users', 'id'))).toEqual([]);
      }
      expect(await clinic.run(clinic.app, { user: userOf(1, 'patient') }, 'select id from users')).toEqual([
        { id: userOf(1, 'patient') },
      ]);
    });

    it('organization_keys: those of the organization and of the platform', async () => {
      const keys = await clinic.as(
        1,
        'patient',
        'select organization_id as id from organization_keys order by 1',
      );
      expect(keys).toEqual([{ id: 0 }, { id: 1 }]);
    });

    it.each(['user_identities', 'schema_migrations'])('%s is closed to requests', async (table) => {
      await expect(clinic.as(1, 'org_admin', `select * from ${table}`)).rejects.toMatchObject(REFUSED);
    });

    it('patient_persons: the owner, and the organization the profile was shared with', async () => {
      const seen = (organization: number, role: string) =>
        ids(clinic.as(organization, role, 'select id from patient_persons'));
      expect(await seen(1, 'patient')).toEqual([personOf(1, 1)]);
      for (const role of ['specialist', 'assistant', 'org_admin', 'compliance'])
        expect(await seen(1, role)).toEqual([]);
      // The same person has a record in organization 2, which the profile is not shared with.
      await clinic.superuser.query(
        `insert into patients (organization_id, id, patient_person_id, first_name, last_name, last_name_index)
         values (2, gen_random_uuid(), '${personOf(1, 2)}', 'x', 'x', 'x');
         update patients set profile_shared = true where organization_id = 1 and id = '${patientOf(1, 2)}'`,
      );
      expect(await seen(1, 'specialist')).toEqual([personOf(1, 2)]);
      expect(await seen(1, 'other_specialist')).toEqual([]);
      expect(await seen(1, 'patient')).toEqual([personOf(1, 1)]);
      for (const role of ['specialist', 'org_admin', 'compliance']) expect(await seen(2, role)).toEqual([]);
      expect(await touched(1, 'org_admin', `update patient_persons set sex = 'x'`)).toBe(0);
    });

    it('patient_persons: staff create one without a login, nobody with one, patients none', async () => {
      const insert = (login: string) =>
        `insert into patient_persons (id, user_id, wrapped_key) values (gen_random_uuid(), ${login}, 'x')`;
      await clinic.as(1, 'specialist', insert('null'));
      for (const role of ['patient', 'compliance'])
        await expect(clinic.as(1, role, insert('null'))).rejects.toMatchObject(REFUSED);
      await expect(clinic.as(1, 'org_admin', insert(`'${userOf(1, 'specialist')}'`))).rejects.toMatchObject(
        REFUSED,
      );
    });

    it('patient_persons: the owner changes the own and cannot give it away', async () => {
      expect(await touched(1, 'patient', `update patient_persons set sex = 'e1.1.sex'`)).toBe(1);
      const give = `update patient_persons set user_id = '${userOf(1, 'specialist')}'`;
      await expect(clinic.as(1, 'patient', give)).rejects.toMatchObject(REFUSED);
    });
  });
});
