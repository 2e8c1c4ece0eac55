import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '@restartix/embedded';
import { cityDatabase } from '@restartix/vendor-lab';
import { Client } from 'pg';
import { migrateDatabases } from '../databases/migrate-databases';
import { TEST_RUN, type TestRun } from '../databases/run';
import type { DatabaseNames } from '../databases/urls';
import { developmentKeys } from '../keys/development-keys';
import { keepForTeardown } from './global-teardown';
import { GIVEN, refuseLiveDatabase, takeOrStartServers } from './servers';

/** Once per run: builds, starts or takes the servers, migrates the databases every test database is made after. */
export default async function globalSetup(): Promise<void> {
  refuseLiveDatabase(process.env);
  build();
  const dir = mkdtempSync(join(tmpdir(), 'restartix-test-'));
  const keys = developmentKeys();
  const servers = await takeOrStartServers(dir, keys, process.env);
  const id = randomBytes(4).toString('hex');
  const templates: DatabaseNames = {
    main: `template_main_${id}`,
    telemetry: `template_telemetry_${id}`,
    clickhouse: `template_analytics_${id}`,
    redisPrefix: '',
  };
  keepForTeardown({ dir, servers, templates });
  await migrateDatabases(servers.urls, templates, keys);
  await sayWhetherTimescale(servers.urls.telemetry);
  const geoDatabase = join(dir, 'city.mmdb');
  writeFileSync(geoDatabase, cityDatabase());
  const run: TestRun = { id, dir, servers: servers.urls, keys, templates, geoDatabase };
  const path = join(dir, 'run.json');
  writeFileSync(path, JSON.stringify(run), { mode: 0o600 });
  process.env[TEST_RUN] = path;
}

/** The telemetry database has two forms; a run shows one of them and says which. */
async function sayWhetherTimescale(telemetryServer: string): Promise<void> {
  const client = new Client({ connectionString: telemetryServer });
  await client.connect();
  const { rows } = await client.query(`select from pg_settings where name like 'timescaledb.%' limit 1`);
  await client.end();
  process.stderr.write(
    rows.length > 0
      ? 'TimescaleDB: present, the telemetry specs run on hypertables.\n'
      : `TimescaleDB: absent, what is of hypertables is SKIPPED (${GIVEN.telemetry} brings a server that has it).\n`,
  );
}

function build(): void {
  const root = workspaceRoot();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The workspace does not build:\n${stdout}${stderr}`);
}
