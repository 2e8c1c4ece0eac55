import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { EXEMPT_TABLES, TENANT_TABLES } from './tables';
import { Clinic, userOf } from './test/clinic';

const MEMBERS = ['patient', 'specialist', 'assistant', 'org_admin', 'compliance'];
const EVERYBODY = [...MEMBERS, 'system', 'superadmin', 'anonymous', ''];
const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;

/** What an exempt table shows of more than the current organization, and why. Rows are told by their text. */
const SHARED: Readonly<Record<string, (row: string) => boolean>> = {
  /** The platform's own keys (organization 0) wrap what belongs to no clinic. */
  organization_keys: (row) => row.includes('"organization_id":0'),
};

interface ForeignKey {
  name: string;
  table: string;
  /** Columns beside the organization's, with commas, and those they refer to. */
  columns: string;
  target: string;
  targetColumns: string;
}

/** Every foreign key to a tenant table, without the column of its organization: what could point abroad. */
const FOREIGN_KEYS = `
  select k.conname as name, k.conrelid::regclass::text as "table", string_agg(own.attname, ', ') as columns,
         k.confrelid::regclass::text as target, string_agg(theirs.attname, ', ') as "targetColumns"
    from pg_constraint k
    cross join lateral unnest(k.conkey, k.confkey) as pair (own, theirs)
    join pg_attribute own on own.attrelid = k.conrelid and own.attnum = pair.own
    join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = pair.theirs
   where k.contype = 'f' and k.connamespace = 'public'::regnamespace and theirs.attname <> 'organization_id'
     and k.confrelid::regclass::text = any($1) and k.conrelid::regclass::text = any($1)
   group by k.oid`;

const DROP_CHECKS = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop
    from pg_constraint where contype = 'c' and conrelid = $1::regclass`;

/**
 * Generated from the catalogue: raw SQL of requests over every table there is, with no setting and with the other
 * organization's, and every reference. Ids of the fixture say whose they are: those of organization 1 begin with 00000001.
 */
describe('raw SQL across organizations', () => {
  let databases: TestDatabases;
  let clinic: Clinic;
  let tables: string[];

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new Clinic(databases).open();
    tables = (
      await clinic.superuser.query<{ name: string }>(
        `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
      )
    ).map(({ name }) => name);
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });

  const isOf = (organization: number, row: string) =>
    row.includes(`0000000${organization}-0000-7000-8000-`) ||
    row.includes(`"organization_id":${organization}`);
  const rowsOf = (table: string) => `select to_jsonb(t)::text as row from ${table} t`;

  /** Rows a statement gives; none when the role has no right to it at all. */
  async function attempt(who: Parameters<Clinic['run']>[1], text: string): Promise<string[]> {
    try {
      const rows = await clinic.run<{ row: string }>(clinic.app, who, text);
      return rows.map(({ row }) => row.replaceAll(': ', ':'));
    } catch (error) {
      expect((error as { cause?: { code?: string } }).cause?.code).toBe('42501');
      return [];
    }
  }

  it('is tried over every table of the catalogue, and each tenant table holds rows of both organizations', async () => {
    const listed = [...TENANT_TABLES, ...EXEMPT_TABLES.map(({ name }) => name)];
    expect([...tables].sort()).toEqual([...listed].sort());
    for (const table of TENANT_TABLES) {
      const rows = await clinic.superuser.query<{ row: string }>(rowsOf(table));
      for (const organization of [1, 2])
        expect([
          table,
          organization,
          rows.some(({ row }) => isOf(organization, row.replaceAll(': ', ':'))),
        ]).toEqual([table, organization, true]);
    }
  });

  it('shows a request nothing of anybody while neither person nor organization is set', async () => {
    for (const table of tables) {
      const shared = SHARED[table] ?? (() => false);
      for (const role of EVERYBODY.filter((word) => word !== 'superadmin')) {
        const seen = await attempt({ role }, rowsOf(table));
        expect([table, role, seen.filter((row) => !shared(row))]).toEqual([table, role, []]);
      }
    }
  });

  it('shows and changes nothing of one organization under the setting of the other', async () => {
    for (const table of tables) {
      for (const role of MEMBERS) {
        const who = { organization: 2, role, user: userOf(2, role) };
        const seen = await attempt(who, rowsOf(table));
        expect([table, role, seen.filter((row) => isOf(1, row))]).toEqual([table, role, []]);
      }
    }
    for (const table of TENANT_TABLES) {
      for (const role of MEMBERS) {
        const who = { organization: 2, role, user: userOf(2, role) };
        const updated = `with touched as (update ${table} set organization_id = organization_id
          where organization_id = 1 returning 1) select 'touched' as row from touched`;
        const deleted = `with touched as (delete from ${table} where organization_id = 1 returning 1)
          select 'touched' as row from touched`;
        for (const text of [updated, deleted])
          expect([table, role, await attempt(who, text)]).toEqual([table, role, []]);
      }
    }
  });

  it('lets no reference be turned to a thing of the other organization, whoever writes it', async () => {
    const keys = await clinic.superuser.query<ForeignKey>(FOREIGN_KEYS, [[...TENANT_TABLES]]);
    expect(keys.length).toBeGreaterThan(2);
    for (const { name, table, columns, target, targetColumns } of keys) {
      const foreign = `select ${targetColumns} from ${target} where organization_id = 2 limit 1`;
      expect([name, await clinic.superuser.query(foreign)]).toEqual([name, [expect.any(Object)]]);
      const turn = `update ${table} set (${columns}) = (${foreign})
        where ctid = (select ctid from ${table} where organization_id = 1 limit 1)`;
      // A check may refuse the row before its reference is looked at; the transaction takes everything back.
      const checks = await clinic.superuser.query<{ drop: string }>(DROP_CHECKS, [table]);
      const code = await clinic.superuser
        .transaction({}, (sql) => sql.query([...checks.map(({ drop }) => drop), turn].join('; ')))
        .then(
          () => 'done',
          (error: { cause?: { code?: string } }) => error.cause?.code,
        );
      expect([name, code]).toEqual([name, '23503']);
    }
  });

  it('has a policy for every right a role was given', async () => {
    const rights = await clinic.superuser.query<{ table: string; role: string; command: string }>(
      `select c.relname as "table", r.rolname as role, command
         from pg_class c, pg_roles r, unnest($1::text[]) as command
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
          and r.rolname in ('core_app', 'core_system', 'outbox_relay')
          and (has_table_privilege(r.oid, c.oid, command)
               or (command in ('select', 'insert', 'update') and has_any_column_privilege(r.oid, c.oid, command)))
          and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polpermissive
                and (r.oid = any(p.polroles))
                and (p.polcmd = '*' or p.polcmd = case command when 'select' then 'r' when 'insert' then 'a'
                                                     when 'update' then 'w' else 'd' end::"char"))`,
      [[...COMMANDS]],
    );
    expect(rights).toEqual([]);
  });
});
