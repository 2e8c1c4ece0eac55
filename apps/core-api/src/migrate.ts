import 'reflect-metadata';
import { loadConfigOrExit, VARIABLES } from '@restartix/config';
import { runMigrations } from '@restartix/database';
import { CORE_MIGRATIONS } from '../../../migrations/core';

/** Applies the migrations of the main database and prints the name of each. */
async function main(): Promise<void> {
  const { DATABASE_URL, DATABASE_MIGRATION_URL } = VARIABLES.mainDatabase;
  const config = loadConfigOrExit({ DATABASE_URL, DATABASE_MIGRATION_URL });
  const applied = await runMigrations({
    url: (config.DATABASE_MIGRATION_URL ?? config.DATABASE_URL).reveal(),
    role: config.DATABASE_MIGRATION_URL ? undefined : 'migrator',
    migrations: CORE_MIGRATIONS,
  });
  for (const name of applied) process.stdout.write(`${name}\n`);
}

void main().catch((error: Error) => {
  process.stderr.write(`The main database could not be migrated: ${error.message}\n`);
  process.exitCode = 1;
});
