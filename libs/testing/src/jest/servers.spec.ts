import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentKeys } from '../keys/development-keys';
import { refuseLiveDatabase, takeOrStartServers } from './servers';

describe('the servers of a test run', () => {
  it('are refused on the database of a running platform', () => {
    expect(() => refuseLiveDatabase({ DATABASE_URL: 'postgres://core_app@production/restartix' })).toThrow(
      'unset DATABASE_URL (they start their own servers, or take TEST_DATABASE_URL, TEST_TELEMETRY_DATABASE_URL, TEST_CLICKHOUSE_URL, TEST_REDIS_URL)',
    );
    expect(() => refuseLiveDatabase({ TEST_DATABASE_URL: 'postgres://localhost/postgres' })).not.toThrow();
  });

  it('are those that are given, and nothing is started then', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'servers-'));
    const servers = await takeOrStartServers(dir, developmentKeys(), {
      TEST_DATABASE_URL: 'postgres://one/postgres',
      TEST_TELEMETRY_DATABASE_URL: 'postgres://two/postgres',
      TEST_CLICKHOUSE_URL: 'http://three',
      TEST_REDIS_URL: 'redis://four',
    });
    expect(servers).toEqual({
      urls: {
        main: 'postgres://one/postgres',
        telemetry: 'postgres://two/postgres',
        clickhouse: 'http://three',
        redis: 'redis://four',
      },
      started: [],
    });
    expect(readdirSync(dir)).toEqual([]);
    rmSync(dir, { recursive: true });
  });
});
