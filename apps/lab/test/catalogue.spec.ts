import { runMigrations } from '@restartix/database';
import { createTestDatabases } from '@restartix/testing';
import { Client } from 'pg';
import { CORE_MIGRATIONS } from '../../../migrations/core';
import {
  EXEMPT_TABLES,
  OWNER_FUNCTIONS,
  TENANT_TABLES,
  UNAUDITED_TENANT_TABLES,
} from '../../../migrations/core/tables';
import { TELEMETRY_MIGRATIONS } from '../../../migrations/telemetry';
import { inspectCatalogue, type TableLists } from '../src/checks/catalogue';
import type { Query } from '../src/checks/catalogue-reader';
import { schemaHash } from '../src/checks/schema-hash';
import { PLANTED_FAULTS, SOUND_TABLE } from './canaries/planted-tables';

const LISTS: TableLists = {
  tenant: TENANT_TABLES,
  exempt: EXEMPT_TABLES,
  unaudited: UNAUDITED_TENANT_TABLES,
  ownerFunctions: OWNER_FUNCTIONS,
};
const WITH_PLANTED: TableLists = { ...LISTS, tenant: [...LISTS.tenant, 'planted'] };

describe('the catalogue of the migrated main database', () => {
  let databases: Awaited<ReturnType<typeof createTestDatabases>>;
  let client: Client;
  const query: Query = async <R extends object>(sql: string) => (await client.query(sql)).rows as R[];

  beforeAll(async () => {
    databases = await createTestDatabases();
    client = new Client({ connectionString: databases.superuserUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await databases.drop();
  });

  /** What the check says of a database in which this SQL was run; afterwards it is as before. */
  async function inspectAfter(sql: string, lists = WITH_PLANTED) {
    await client.query('begin');
    try {
      await client.query(`set local role migrator; ${sql}; reset role`);
      return await inspectCatalogue(query, lists);
    } finally {
      await client.query('rollback');
    }
  }

  it('keeps every wall', async () => {
    expect(await inspectCatalogue(query, LISTS)).toEqual([]);
  });

  it('is the same after the migrations have run once more', async () => {
    const before = await schemaHash(query);
    const url = databases.migrationUrl;
    expect(await runMigrations({ url, role: 'migrator', migrations: CORE_MIGRATIONS })).toEqual([]);
    expect(await schemaHash(query)).toBe(before);
    await client.query('begin; create table planted (id int)');
    expect(await schemaHash(query)).not.toBe(before);
    await client.query('rollback');
  });

  it('misses a listed table that is not there', async () => {
    const faults = await inspectCatalogue(query, WITH_PLANTED);
    expect(faults).toEqual([{ where: 'planted', what: 'is on a list of tables but not in the database' }]);
  });

  it('has no place for a table on neither list', async () => {
    const faults = await inspectAfter(SOUND_TABLE, LISTS);
    expect(faults).toEqual([{ where: 'planted', what: 'is on neither list of tables' }]);
  });

  it('has no place for a table on both lists', async () => {
    const exempt = [...LISTS.exempt, { name: 'patients', reason: 'a canary on two lists', audited: true }];
    const faults = await inspectCatalogue(query, { ...LISTS, exempt });
    expect(faults).toEqual([{ where: 'patients', what: 'is on the lists of tables more than once' }]);
  });

  it('lets a sound tenant table pass', async () => {
    expect(await inspectAfter(SOUND_TABLE)).toEqual([]);
  });

  it.each(PLANTED_FAULTS)('refuses $what', async ({ sql, says }) => {
    const faults = await inspectAfter(`${SOUND_TABLE}; ${sql}`);
    expect(faults.map(({ what }) => what).join('\n')).toContain(says);
  });
});

describe('the telemetry database', () => {
  it('is the same after the migrations have run once more', async () => {
    const databases = await createTestDatabases();
    const client = new Client({ connectionString: databases.telemetry.superuserUrl });
    await client.connect();
    try {
      const query: Query = async <R extends object>(sql: string) => (await client.query(sql)).rows as R[];
      const before = await schemaHash(query);
      const url = databases.telemetry.migrationUrl;
      const again = { url, role: 'migrator', migrations: TELEMETRY_MIGRATIONS, schema: 'integrity' };
      expect(await runMigrations(again)).toEqual([]);
      expect(await schemaHash(query)).toBe(before);
    } finally {
      await client.end();
      await databases.drop();
    }
  });
});
