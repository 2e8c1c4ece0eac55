import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database, forEachOrganization, runMigrations, type MigrationClass } from './index';
import { TwoOrganizations } from '../test/two-organizations';

const SCHEMA = 'spec_migrations';

/** A migration made of statements; its class is named as TypeORM orders them. */
function migration(name: string, ...statements: string[]): MigrationClass {
  class Made implements MigrationInterface {
    name = name;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    down(): Promise<void> {
      throw new Error('Migrations only go forward');
    }
  }
  return Made;
}

const FIRST = migration('CreateThings1700000000001', `create table ${SCHEMA}.things (id int primary key)`);
const SECOND = migration('AddNames1700000000002', `alter table ${SCHEMA}.things add name text not null`);

describe('migrations', () => {
  let databases: TestDatabases;
  let superuser: Database;

  beforeAll(async () => {
    databases = await createTestDatabases();
    superuser = new Database({ url: databases.superuserUrl, applicationName: 'observer', max: 1 });
    await superuser.connect();
  });
  beforeEach(() => superuser.query(`drop schema if exists ${SCHEMA} cascade`));
  afterAll(async () => {
    await superuser?.close();
    await databases?.drop();
  });

  const run = (...migrations: MigrationClass[]) =>
    runMigrations({ url: databases.migrationUrl, schema: SCHEMA, migrations });
  const columns = async () =>
    (
      await superuser.query<{ name: string }>(
        `select column_name as name from information_schema.columns where table_schema = $1 and table_name = 'things' order by 1`,
        [SCHEMA],
      )
    ).map(({ name }) => name);

  it('are applied in their order, each name answered; a second time there is nothing to do', async () => {
    expect(await run(FIRST, SECOND)).toEqual(['CreateThings1700000000001', 'AddNames1700000000002']);
    expect(await columns()).toEqual(['id', 'name']);
    expect(await run(FIRST, SECOND)).toEqual([]);
    expect(await columns()).toEqual(['id', 'name']);
  });

  it('are applied from where the database stands', async () => {
    await run(FIRST);
    expect(await run(FIRST, SECOND)).toEqual(['AddNames1700000000002']);
  });

  it('of several processes at once wait for each other: each is applied once, by one of them', async () => {
    const SLOW = migration(
      'Wait1700000000003',
      'select pg_sleep(0.2)',
      `create table ${SCHEMA}.more (id int)`,
    );
    const answers = await Promise.all(Array.from({ length: 5 }, () => run(FIRST, SECOND, SLOW)));
    const applied = answers.filter((names) => names.length > 0);
    expect(applied).toEqual([['CreateThings1700000000001', 'AddNames1700000000002', 'Wait1700000000003']]);
  });

  it('that fail are taken back whole, keep those before them, and let the next run go on', async () => {
    const BROKEN = migration(
      'AddNames1700000000002',
      `alter table ${SCHEMA}.things add name text`,
      'select 1 / 0',
    );
    await expect(run(FIRST, BROKEN)).rejects.toThrow('division by zero');
    expect(await columns()).toEqual(['id']);
    expect(await run(FIRST, SECOND)).toEqual(['AddNames1700000000002']);
  });

  it('of data see one organization at a time, and every organization once', async () => {
    const house = await new TwoOrganizations(databases).open();
    const seen: [number, number[]][] = [];
    class CountSpecialists implements MigrationInterface {
      name = 'CountSpecialists1700000000004';

      async up(runner: QueryRunner): Promise<void> {
        const COUNT = 'select distinct organization_id as id from specialists';
        expect(await runner.query(COUNT)).toEqual([]);
        await forEachOrganization(runner, async (id) => {
          const rows = (await runner.query(COUNT)) as { id: number }[];
          seen.push([id, rows.map((row) => row.id)]);
          await runner.query(`update specialists set title = 'counted'`);
        });
      }

      down(): Promise<void> {
        throw new Error('Migrations only go forward');
      }
    }
    await run(CountSpecialists);
    expect(seen).toEqual([
      [1, [1]],
      [2, [2]],
    ]);
    expect(await house.all(`select id from specialists where title is distinct from 'counted'`)).toEqual([]);
    await house.close();
  });
});
