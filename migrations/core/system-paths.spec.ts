import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, SUPERADMIN } from './test/clinic';
import { EXEMPT_TABLES } from './tables';

/** Every right a role has on a table, whole or by column, from the catalogue; its own tables are not rights. */
const RIGHTS = `
  select c.relname || ': ' || command || coalesce(' (' || columns || ')', '') as "right"
    from pg_class c
    cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as command
    cross join lateral (
      select string_agg(a.attname, ', ' order by a.attnum) as columns from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and not has_table_privilege($1, c.oid, command)
         and command in ('select', 'insert', 'update', 'references')
         and has_column_privilege($1, c.oid, a.attnum, command)) by_column
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
     and (has_table_privilege($1, c.oid, command) or columns is not null)
   order by 1`;

/** Functions that run with another's rights and that a role may call. */
const BORROWED = `
  select p.proname as name from pg_proc p
   where p.prosecdef and p.pronamespace = 'public'::regnamespace and has_function_privilege($1, p.oid, 'execute')
   order by 1`;

/**
 * A stranger's booking runs as system work for the organization of the type that was published: it needs the slots.
 * The round that confirms withdrawn consents learns which are due: ids of rows, of every organization.
 */
const BORROWED_BY_SYSTEM = ['due_analytics_withdrawals', 'scheduling_inputs'];

/** What no request and no operator does: each path can do its own work and nothing else. */
describe('system paths', () => {
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

  const rightsOf = async (role: string) =>
    (await clinic.superuser.query<{ right: string }>(RIGHTS, [role])).map((row) => row.right);
  const borrowedBy = async (role: string) =>
    (await clinic.superuser.query<{ name: string }>(BORROWED, [role])).map(({ name }) => name);

  it('outbox_relay takes events out of the outbox and buries the refused; it reads nothing else', async () => {
    const rights = await rightsOf('outbox_relay');
    expect(rights.filter((right) => !/^audit_(outbox|dead_letters): /.test(right))).toEqual([]);
    expect(rights).toEqual(
      expect.arrayContaining([
        'audit_dead_letters: insert',
        'audit_outbox: delete',
        'audit_outbox: select',
        'audit_outbox: update (attempts)',
      ]),
    );
    expect(rights.filter((right) => /^audit_outbox: (insert|truncate|update$)/.test(right))).toEqual([]);
    expect(await borrowedBy('outbox_relay')).toEqual([]);
  });

  it('core_system passes row-level security nowhere, may empty no table and borrows no right but two', async () => {
    const rights = await rightsOf('core_system');
    expect(rights.filter((right) => /: (truncate|references|trigger)/.test(right))).toEqual([]);
    expect(rights.filter((right) => /^audit_outbox: (?!insert$)/.test(right))).toEqual([]);
    expect(rights.filter((right) => right.startsWith('schema_migrations'))).toEqual([]);
    expect(await borrowedBy('core_system')).toEqual(BORROWED_BY_SYSTEM);
  });

  it('identity_resolver reads what its functions look up, writes nothing and cannot sign in', async () => {
    const rights = await rightsOf('identity_resolver');
    expect(rights.length).toBeGreaterThan(0);
    expect(rights.filter((right) => !/: select( \(|$)/.test(right))).toEqual([]);
    const closed = ['audit_outbox', 'audit_dead_letters', 'patient_keys', 'organization_keys'];
    expect(rights.filter((right) => closed.some((table) => right.startsWith(`${table}:`)))).toEqual([]);
    const [role] = await clinic.superuser.query(
      `select rolcanlogin, rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = 'identity_resolver'`,
    );
    expect(role).toEqual({ rolcanlogin: false, rolsuper: false, rolcreaterole: false, rolcreatedb: false });
  });

  it('none but the resolver passes row-level security by, and none becomes another', async () => {
    const names = ['migrator', 'core_app', 'core_system', 'outbox_relay', 'identity_resolver'];
    const strong = await clinic.superuser.query(
      `select rolname as name from pg_roles where rolname = any($1)
          and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
      [names],
    );
    expect(strong).toEqual([{ name: 'identity_resolver' }]);
    const memberships = await clinic.superuser.query(
      `select m.member::regrole::text as who, m.roleid::regrole::text as becomes from pg_auth_members m
        where m.member::regrole::text = any($1) or m.roleid::regrole::text = any($1)`,
      [names],
    );
    // The owner hands functions over to the resolver in migrations.
    expect(memberships).toEqual([{ who: 'migrator', becomes: 'identity_resolver' }]);
  });

  it('requests never read the outbox, the identities behind tokens or the names of migrations', async () => {
    const rights = await rightsOf('core_app');
    const closed = ['audit_outbox', 'user_identities', 'schema_migrations'];
    expect(closed.every((table) => EXEMPT_TABLES.some(({ name }) => name === table))).toBe(true);
    const read = rights.filter((right) =>
      closed.some((table) => right.startsWith(`${table}: `) && !right.endsWith(': insert')),
    );
    expect(read).toEqual([]);
    // Compliance lists and mends what was refused, row-level security narrowing it to the own organization.
    expect(rights.filter((right) => right.startsWith('audit_dead_letters'))).toEqual([
      'audit_dead_letters: select',
      'audit_dead_letters: update (event, original, mended_at, mended_by, replayed_at, replayed_by)',
    ]);
    expect(rights.filter((right) => /: (truncate|references|trigger)/.test(right))).toEqual([]);
  });

  it('a superadmin is shown no row of a tenant table by SQL, in an organization or out of one', async () => {
    const tables = await clinic.superuser.query<{ name: string }>(
      `select table_name as name from information_schema.columns
        where table_schema = 'public' and column_name = 'patient_id' or table_name in ('patients', 'patient_persons')
        group by 1`,
    );
    expect(tables.length).toBeGreaterThan(2);
    for (const { name } of tables) {
      for (const organization of [undefined, 1]) {
        const who = { organization, role: 'superadmin', user: SUPERADMIN };
        const seen = await clinic.run(clinic.app, who, `select * from ${name}`).catch((error: unknown) => {
          expect(error).toMatchObject({ cause: { code: '42501' } });
          return [];
        });
        expect([name, organization, seen]).toEqual([name, organization, []]);
      }
    }
  });
});
