import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

/** Any two processes that migrate the same database at the same time wait for each other on this lock. */
const MIGRATION_LOCK = 5_711_034;

/**
 * Applies the migrations that the database has not seen, in the order given, each in its own transaction. Answers
 * the names applied. Safe to run from several processes at once.
 */
export async function runMigrations(options: {
  url: string;
  role?: string;
  migrations: MigrationClass[];
  /** Schema of the list of applied migrations, made when missing; the default schema when absent. */
  schema?: string;
}): Promise<string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: 'migrate',
    migrations: options.migrations,
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    extra: { max: 2, ...(options.role ? { options: `-c role=${options.role}` } : {}) },
  } as DataSourceOptions);
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (options.schema) await lock.query(`create schema if not exists ${options.schema}`);
    const applied = await source.runMigrations();
    return applied.map((migration) => migration.name);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}
