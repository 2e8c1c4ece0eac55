import { loadConfigOrExit, VARIABLES } from '@restartix/config';
import { runMigrations } from '@restartix/database';
import { TELEMETRY_MIGRATIONS } from '../../../migrations/telemetry';
import { migrateClickHouse } from './platform/clickhouse-migrations';

/** Migrates both stores, prints each migration applied, and ends. Code 1 when one of them could not be migrated. */
async function main(): Promise<void> {
  const config = loadConfigOrExit({ ...VARIABLES.telemetryDatabase, ...VARIABLES.clickhouse });
  const url = config.TELEMETRY_DATABASE_MIGRATION_URL ?? config.TELEMETRY_DATABASE_URL;
  const applied = await runMigrations({
    url: url.reveal(),
    role: 'migrator',
    migrations: TELEMETRY_MIGRATIONS,
    schema: 'integrity',
  });
  for (const name of applied) print(`telemetry database: ${name}`);
  for (const name of await migrateClickHouse(config.CLICKHOUSE_URL.reveal())) print(`clickhouse: ${name}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
