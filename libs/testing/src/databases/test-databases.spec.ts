import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Client } from 'pg';
import { createTestDatabases, type TestDatabases } from './test-databases';

describe('the databases of a spec', () => {
  let first: TestDatabases;
  let second: TestDatabases;

  async function ask<T>(connectionString: string, text: string): Promise<T[]> {
    const client = new Client({ connectionString });
    await client.connect();
    try {
      return (await client.query(text)).rows as T[];
    } finally {
      await client.end();
    }
  }

  async function askClickhouse<T>(url: string, query: string): Promise<T[]> {
    const client = createClient({ url, log: { level: ClickHouseLogLevel.OFF } });
    try {
      return await (await client.query({ query, format: 'JSONEachRow' })).json<T>();
    } finally {
      await client.close();
    }
  }

  beforeAll(async () => {
    [first, second] = await Promise.all([createTestDatabases(), createTestDatabases()]);
  });

  afterAll(() => Promise.all([first?.drop(), second?.drop()]));

  it('are migrated, empty, and reached by each role with its own password', async () => {
    const roles = await Promise.all(
      [
        ...[first.databaseUrl, first.systemUrl, first.relayUrl, first.migrationUrl],
        ...[first.telemetry.writerUrl, first.telemetry.readerUrl, first.telemetry.maintainerUrl],
      ].map(async (url) => (await ask<{ role: string }>(url, 'select current_user as role'))[0]?.role),
    );
    expect(roles).toEqual([
      ...['core_app', 'core_system', 'outbox_relay', 'migrator'],
      ...['telemetry_writer', 'telemetry_reader', 'telemetry_maintainer'],
    ]);
    await expect(ask(first.superuserUrl, 'select count(*)::int as n from patients')).resolves.toEqual([
      { n: 0 },
    ]);
    await expect(
      ask(first.telemetry.superuserUrl, 'select count(*)::int as n from audit.audit_logs'),
    ).resolves.toEqual([{ n: 0 }]);
    await expect(
      askClickhouse(first.clickhouseUrl, 'select toUInt32(count()) as n from analytics_events'),
    ).resolves.toEqual([{ n: 0 }]);
  });

  it('are apart: what one spec makes, another does not see', async () => {
    await ask(first.superuserUrl, 'create table public.only_here (n int)');
    await expect(ask(second.superuserUrl, 'select * from public.only_here')).rejects.toMatchObject({
      code: '42P01',
    });
    const tables = `select name from system.tables where database = currentDatabase() order by name`;
    const [ofFirst, ofSecond] = await Promise.all([
      askClickhouse(first.clickhouseUrl, tables),
      askClickhouse(second.clickhouseUrl, tables),
    ]);
    expect(ofSecond).toEqual(ofFirst);
    expect(first.redisPrefix).not.toBe(second.redisPrefix);
  });

  it('keep strangers out: a role without a grant cannot connect', async () => {
    const grants = `select grantee::regrole::text as role from pg_database, aclexplode(datacl)
                    where datname = current_database() and privilege_type = 'CONNECT' order by 1`;
    const roles = (await ask<{ role: string }>(first.superuserUrl, grants)).map(({ role }) => role);
    expect(roles).toEqual(['core_app', 'core_system', 'migrator', 'outbox_relay', 'postgres']);
  });

  it('are gone after drop()', async () => {
    const gone = await createTestDatabases();
    await gone.drop();
    await expect(ask(gone.superuserUrl, 'select 1')).rejects.toMatchObject({ code: '3D000' });
    await expect(askClickhouse(gone.clickhouseUrl, 'select 1')).rejects.toMatchObject({
      type: 'UNKNOWN_DATABASE',
    });
  });
});
