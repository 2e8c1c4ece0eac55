import { Database, runMigrations } from '@restartix/database';
import {
  applyInitSql,
  createDatabaseIfAbsent,
  createTestDatabases,
  dropStatement,
  execute,
  testStores,
  urlOf,
  type TestDatabases,
} from '@restartix/testing';
import { CORE_MIGRATIONS } from './index';
import { EXEMPT_TABLES, TENANT_TABLES } from './tables';

const NAMES = CORE_MIGRATIONS.map(({ name }) => name);

describe('migrations of the main database', () => {
  let databases: TestDatabases;
  let database: Database;

  beforeAll(async () => {
    databases = await createTestDatabases();
    database = new Database({ url: databases.superuserUrl, applicationName: 'spec', max: 1 });
    await database.connect();
  });
  afterAll(async () => {
    await database?.close();
    await databases?.drop();
  });

  it('are listed oldest first, each once', () => {
    const times = NAMES.map((name) => Number(name.slice(-13)));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  it('go forward only', () => {
    for (const Migration of CORE_MIGRATIONS)
      expect(() => new Migration().down({} as never)).toThrow('Migrations only go forward');
  });

  it('have nothing to do in a database that has them', async () => {
    expect(await runMigrations({ url: databases.migrationUrl, migrations: CORE_MIGRATIONS })).toEqual([]);
  });

  it('are applied to an empty database once by the owner, although three processes try at the same time', async () => {
    const name = `empty_${process.pid}_${Date.now()}`;
    const server = testStores().main;
    await createDatabaseIfAbsent(server, name);
    try {
      await applyInitSql(urlOf(server, name), 'main-database.sql');
      const url = urlOf(databases.migrationUrl, name);
      const run = () => runMigrations({ url, migrations: CORE_MIGRATIONS });
      const answers = await Promise.all([run(), run(), run()]);
      expect(answers.filter((applied) => applied.length > 0)).toEqual([NAMES]);
      expect(await run()).toEqual([]);
    } finally {
      await execute(server, [dropStatement(name)]);
    }
  });

  it('make exactly the tables of the two lists, all of the migrator', async () => {
    const tables = await database.query<{ name: string; owner: string }>(
      `select relname as name, pg_get_userbyid(relowner) as owner from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
    );
    const listed = [...TENANT_TABLES, ...EXEMPT_TABLES.map(({ name }) => name)].sort();
    expect(tables.map(({ name }) => name)).toEqual(listed);
    expect(new Set(tables.map(({ owner }) => owner))).toEqual(new Set(['migrator']));
  });

  describe('uuid_v7', () => {
    const make = async (query: string) => (await database.query<{ id: string }>(query)).map(({ id }) => id);

    it('has the version and the variant of RFC 9562, and does not repeat', async () => {
      const ids = await make('select uuid_v7() as id from generate_series(1, 10000)');
      for (const id of ids)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(new Set(ids).size).toBe(10_000);
      const variants = new Set(ids.map((id) => id[19]));
      expect([...variants].sort()).toEqual(['8', '9', 'a', 'b']);
    });

    it('holds the milliseconds of its making', async () => {
      const [row] = await database.query<{ before: string; id: string; after: string }>(
        `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as before, uuid_v7() as id,
                ceil(extract(epoch from clock_timestamp()) * 1000)::bigint as after`,
      );
      const made = parseInt(row!.id.replaceAll('-', '').slice(0, 12), 16);
      expect(made).toBeGreaterThanOrEqual(Number(row!.before));
      expect(made).toBeLessThanOrEqual(Number(row!.after));
    });

    it('is ordered by time', async () => {
      const ids = await make('select uuid_v7() as id, pg_sleep(0.002) from generate_series(1, 50)');
      expect(ids).toEqual([...ids].sort());
    });
  });
});
