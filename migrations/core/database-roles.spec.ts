import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, ORGANIZATIONS, patientOf, specialistOf, SUPERADMIN, userOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };
const ROLES = ['migrator', 'core_app', 'core_system', 'outbox_relay', 'identity_resolver'];
const INSERT = (organization: number) =>
  `insert into audit_outbox (organization_id, event) values (${organization}, '{"word": "spec"}')`;

describe('roles of the main database', () => {
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

  it('are no superusers, make no roles or databases, and only the resolver, which cannot log in, passes by row-level security', async () => {
    const rows = await clinic.superuser.query<Record<string, unknown>>(
      `select rolname as role, rolsuper or rolcreaterole or rolcreatedb or rolreplication as mighty, rolbypassrls as bypasses,
              rolcanlogin as login
         from pg_roles where rolname = any($1) order by array_position($1, rolname::text)`,
      [ROLES],
    );
    expect(rows).toEqual(
      ROLES.map((role) => ({
        role,
        mighty: false,
        bypasses: role === 'identity_resolver',
        login: role !== 'identity_resolver',
      })),
    );
  });

  it.each(['app', 'system', 'relay'] as const)(
    'the connection of %s cannot become another role',
    async (name) => {
      const [own] = await clinic[name].query<{ role: string }>('select current_user::text as role');
      const others = ['postgres', ...ROLES].filter((role) => role !== own!.role);
      for (const role of others) {
        await expect(clinic[name].query(`set role ${role}`)).rejects.toMatchObject(REFUSED);
        await expect(clinic[name].query(`set session authorization ${role}`)).rejects.toMatchObject(REFUSED);
      }
    },
  );

  it.each(['app', 'system', 'relay'] as const)(
    'the connection of %s makes no table, no function and no schema',
    async (name) => {
      for (const statement of [
        'create table stray (id int)',
        'create temporary table users (id uuid)',
        'create schema stray',
        `create function stray() returns int language sql as 'select 1'`,
        'alter table patients disable row level security',
        'drop policy tenant on patients',
        'truncate patients',
      ])
        await expect(clinic[name].query(statement)).rejects.toMatchObject(REFUSED);
    },
  );

  describe('the outbox', () => {
    beforeEach(() => clinic.superuser.query('truncate audit_outbox, audit_dead_letters'));

    it('takes events of requests for the own organization and the platform, for no other', async () => {
      for (const organization of [0, 1]) await clinic.as(1, 'specialist', INSERT(organization));
      await expect(clinic.as(1, 'specialist', INSERT(2))).rejects.toMatchObject(REFUSED);
      await expect(clinic.run(clinic.app, {}, INSERT(1))).rejects.toMatchObject(REFUSED);
      await clinic.run(clinic.app, { role: 'superadmin', user: SUPERADMIN }, INSERT(2));
      await clinic.run(clinic.system, { organization: 1 }, INSERT(2));
      expect(
        await clinic.relay.query('select organization_id as id from audit_outbox order by position'),
      ).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }, { id: 2 }]);
    });

    it.each(['app', 'system'] as const)(
      'gives nothing back to the connection of %s, which cannot change or empty it',
      async (name) => {
        await clinic.superuser.query(INSERT(1));
        const tables = name === 'app' ? ['audit_outbox'] : ['audit_outbox', 'audit_dead_letters'];
        for (const table of tables)
          for (const statement of [
            `select * from ${table}`,
            `select count(*) from ${table}`,
            `delete from ${table}`,
            `update ${table} set event = '{}'`,
            `truncate ${table}`,
          ])
            await expect(
              clinic.run(clinic[name], { organization: 1, role: 'org_admin' }, statement),
            ).rejects.toMatchObject(REFUSED);
        expect(await clinic.relay.query('select 1 from audit_outbox')).toHaveLength(1);
      },
    );

    it('opens its dead letters to the compliance staff of their organization, who mend and delete none', async () => {
      await clinic.superuser.query(
        `insert into audit_dead_letters (position, organization_id, event, created_at, reason)
         select n, n, '{"word": "spec"}', now(), 'spec' from generate_series(1, 2) n`,
      );
      const select = 'select organization_id as id from audit_dead_letters';
      for (const organization of [1, 2]) {
        for (const role of ['patient', 'specialist', 'assistant', 'org_admin', 'superadmin'])
          expect(await clinic.as(organization, role, select)).toEqual([]);
        expect(await clinic.as(organization, 'compliance', select)).toEqual([{ id: organization }]);
      }
      const mend = `update audit_dead_letters set event = '{}' returning organization_id as id`;
      expect(await clinic.as(1, 'compliance', mend)).toEqual([{ id: 1 }]);
      expect(await clinic.as(1, 'org_admin', mend)).toEqual([]);
      for (const statement of [
        'delete from audit_dead_letters',
        'truncate audit_dead_letters',
        'update audit_dead_letters set organization_id = 2',
        `update audit_dead_letters set reason = ''`,
      ])
        await expect(clinic.as(1, 'compliance', statement)).rejects.toMatchObject(REFUSED);
      expect(
        await clinic.relay.query('select organization_id, position from audit_dead_letters'),
      ).toHaveLength(2);
      await expect(clinic.relay.query('select event from audit_dead_letters')).rejects.toMatchObject(REFUSED);
    });

    it('is read, counted up and emptied by the relay, whatever the organization', async () => {
      for (const organization of ORGANIZATIONS) await clinic.superuser.query(INSERT(organization));
      const locked = `select organization_id as id from audit_outbox order by position limit 10 for update skip locked`;
      expect(await clinic.relay.query(locked)).toEqual([{ id: 1 }, { id: 2 }]);
      await clinic.relay.query('update audit_outbox set attempts = attempts + 1');
      await clinic.relay.query(
        `insert into audit_dead_letters (position, organization_id, event, created_at, reason)
         select position, organization_id, event, created_at, 'spec' from audit_outbox`,
      );
      await clinic.relay.query('delete from audit_outbox');
      expect(await clinic.superuser.query('select 1 from audit_outbox')).toEqual([]);
      expect(await clinic.superuser.query('select 1 from audit_dead_letters')).toHaveLength(2);
    });

    it('is not written, rewritten or truncated by the relay, which reads nothing else', async () => {
      await clinic.superuser.query(INSERT(1));
      for (const statement of [
        INSERT(1),
        `update audit_outbox set event = '{}'`,
        'update audit_outbox set organization_id = 2',
        'truncate audit_outbox',
        'select * from audit_dead_letters',
        'delete from audit_dead_letters',
        'select * from patients',
        'select * from users',
        'select * from organization_keys',
        'select * from organizations',
      ])
        await expect(clinic.relay.query(statement)).rejects.toMatchObject(REFUSED);
    });
  });

  describe('resolve_identity', () => {
    const resolve = (database: Clinic['app'], ...token: (string | null)[]) =>
      database.query('select * from resolve_identity($1, $2, $3, $4)', [...token, 'sess_none']);

    it('turns issuer, subject and organization of a token into our ids and the role there', async () => {
      for (const id of ORGANIZATIONS)
        expect(await resolve(clinic.app, 'https://clerk.test', `user_${id}_compliance`, `org_${id}`)).toEqual(
          [
            {
              user_id: userOf(id, 'compliance'),
              email: `e1.1.email_${id}_compliance`,
              platform_role: null,
              organization_id: id,
              role: 'compliance',
              session_id: null,
              started_at: null,
              authenticated_at: null,
              mfa_at: null,
              factors: null,
              last_active_at: null,
              end_reason: null,
              break_glass: null,
              sso: null,
            },
          ],
        );
    });

    it('gives no role in an organization the person is no member of, and no organization for an unknown or absent one', async () => {
      const subject = 'user_1_org_admin';
      const [foreign] = await resolve(clinic.app, 'https://clerk.test', subject, 'org_2');
      expect(foreign).toMatchObject({ user_id: userOf(1, 'org_admin'), organization_id: 2, role: null });
      for (const organization of [null, '', 'org_3']) {
        const [row] = await resolve(clinic.app, 'https://clerk.test', subject, organization);
        expect(row).toMatchObject({ user_id: userOf(1, 'org_admin'), organization_id: null, role: null });
      }
    });

    it('knows nobody by the subject of another issuer', async () => {
      expect(await resolve(clinic.app, 'https://other.test', 'user_1_org_admin', 'org_1')).toEqual([]);
      expect(await resolve(clinic.app, 'https://clerk.test', 'nobody', 'org_1')).toEqual([]);
    });

    it('is for requests only, and what it reads is closed to them', async () => {
      for (const database of [clinic.system, clinic.relay])
        await expect(
          resolve(database, 'https://clerk.test', 'user_1_org_admin', 'org_1'),
        ).rejects.toMatchObject(REFUSED);
      await expect(clinic.as(1, 'org_admin', 'select * from user_identities')).rejects.toMatchObject(REFUSED);
    });
  });

  describe('record_exists_elsewhere', () => {
    const elsewhere = async (type: string, id: string, asking: number | null) => {
      const values = [type, id, asking];
      const [row] = await clinic.app.query<{ found: boolean }>(
        'select record_exists_elsewhere($1, $2, $3) as found',
        values,
      );
      return row!.found;
    };

    it.each([
      ['patient', patientOf(1, 1), patientOf(2, 1)],
      ['specialist', specialistOf(1), specialistOf(2)],
      ['organization', '1', '2'],
    ])("tells another organization's %s from the own and from none", async (type, own, foreign) => {
      expect(await elsewhere(type, foreign, 1)).toBe(true);
      expect(await elsewhere(type, own, 1)).toBe(false);
      expect(await elsewhere(type, own, null)).toBe(true);
      expect(await elsewhere(type, type === 'organization' ? '3' : specialistOf(3), 1)).toBe(false);
    });

    it('answers no for every other kind of thing, whatever its id looks like', async () => {
      for (const id of ['1', patientOf(2, 1), 'x']) expect(await elsewhere('audit_log', id, 1)).toBe(false);
    });

    it('is for requests only', async () => {
      const ask = `select record_exists_elsewhere('organization', '2', 1)`;
      for (const database of [clinic.system, clinic.relay])
        await expect(database.query(ask)).rejects.toMatchObject(REFUSED);
    });
  });

  describe('who the caller is among the records', () => {
    const ASK = 'select current_app_specialist_id() as specialist, current_app_patient_id() as patient';

    it('is told of the current organization only, and to nobody who has no record there', async () => {
      for (const id of [1, 2] as const) {
        expect(await clinic.as(id, 'specialist', ASK)).toEqual([
          { specialist: specialistOf(id), patient: null },
        ]);
        expect(await clinic.as(id, 'patient', ASK)).toEqual([
          { specialist: null, patient: patientOf(id, 1) },
        ]);
        expect(await clinic.as(id, 'org_admin', ASK)).toEqual([{ specialist: null, patient: null }]);
      }
      const elsewhere = { organization: 2, role: 'specialist', user: userOf(1, 'specialist') };
      expect(await clinic.run(clinic.app, elsewhere, ASK)).toEqual([{ specialist: null, patient: null }]);
      expect(await clinic.run(clinic.app, {}, ASK)).toEqual([{ specialist: null, patient: null }]);
    });

    it('is for requests only', async () => {
      for (const database of [clinic.system, clinic.relay])
        await expect(database.query(ASK)).rejects.toMatchObject(REFUSED);
    });
  });

  it('give a request ids of the administrators of its own organization, and of no other', async () => {
    const ASK = 'select user_id from organization_administrators()';
    for (const id of ORGANIZATIONS)
      for (const role of ['patient', 'specialist'])
        expect(await clinic.as(id, role, ASK)).toEqual([{ user_id: userOf(id, 'org_admin') }]);
    expect(await clinic.run(clinic.app, {}, ASK)).toEqual([]);
    await expect(clinic.relay.query(ASK)).rejects.toMatchObject(REFUSED);
  });

  it('leave the resolver owner of its functions and of nothing else', async () => {
    const rows = await clinic.superuser.query<{ name: string; safe: boolean }>(
      `select p.proname as name, p.prosecdef and 'search_path=public, pg_temp' = any(p.proconfig) as safe
         from pg_proc p where pg_get_userbyid(p.proowner) = 'identity_resolver' order by 1`,
    );
    expect(rows).toEqual([
      { name: 'current_app_break_glass', safe: true },
      { name: 'current_app_cares_for', safe: true },
      { name: 'current_app_patient_id', safe: true },
      { name: 'current_app_registers', safe: true },
      { name: 'current_app_specialist_id', safe: true },
      { name: 'due_analytics_withdrawals', safe: true },
      { name: 'organization_administrators', safe: true },
      { name: 'published_types', safe: true },
      { name: 'record_exists_elsewhere', safe: true },
      { name: 'resolve_api_key', safe: true },
      { name: 'resolve_appointment_type', safe: true },
      { name: 'resolve_host', safe: true },
      { name: 'resolve_identity', safe: true },
      { name: 'resolve_impersonation', safe: true },
      { name: 'resolve_record_organization', safe: true },
      { name: 'scheduling_inputs', safe: true },
    ]);
    const OTHERS = `select relname from pg_class where pg_get_userbyid(relowner) = 'identity_resolver'`;
    expect(await clinic.superuser.query(OTHERS)).toEqual([]);
    const DEFINERS = `select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
      and pg_get_userbyid(proowner) <> 'identity_resolver'`;
    // The owner's own: what no role of a request may do to a record.
    expect(await clinic.superuser.query(`${DEFINERS} order by 1`)).toEqual([
      { proname: 'apply_consent' },
      { proname: 'erase_patient' },
      { proname: 'supersede_stated_insurance' },
    ]);
  });
});
