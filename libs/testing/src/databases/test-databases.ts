import { randomBytes } from 'node:crypto';
import Redis from 'ioredis';
import { escapeIdentifier } from 'pg';
import { copyClickhouseTables, dropClickhouseDatabase } from './clickhouse-copy';
import { applyInitSql, execute, patiently } from './prepare';
import { testRun, type TestRun } from './run';
import { databaseUrls, urlOf, type DatabaseNames, type DatabaseUrls, type Servers } from './urls';

/** Databases of one spec alone, migrated and empty. */
export interface TestDatabases extends DatabaseUrls {
  /** Removes them, with whatever is still connected. */
  drop(): Promise<void>;
}

/** The servers of this run, by their administrators' URLs. */
export const testStores = (): Servers => testRun().servers;

/** Fresh databases after the migrated templates: a main and a telemetry database, a ClickHouse database, a Redis prefix. */
export async function createTestDatabases(): Promise<TestDatabases> {
  const run = testRun();
  const suffix = `${run.id}_${randomBytes(4).toString('hex')}`;
  const names: DatabaseNames = {
    main: `test_main_${suffix}`,
    telemetry: `test_telemetry_${suffix}`,
    clickhouse: `test_analytics_${suffix}`,
    redisPrefix: `test:${suffix}:`,
  };
  await Promise.all([
    copyMain(run, names.main),
    copyTelemetry(run, names.telemetry),
    copyClickhouseTables(run.servers.clickhouse, run.templates.clickhouse, names.clickhouse),
  ]);
  return { ...databaseUrls(run.servers, names, run.keys), drop: () => drop(run.servers, names) };
}

async function copyMain({ servers, templates }: TestRun, database: string): Promise<void> {
  await copy(servers.main, templates.main, database);
  // Grants on the database itself are not copied with its contents.
  await applyInitSql(urlOf(servers.main, database), 'main-database.sql');
}

async function copyTelemetry({ servers, templates }: TestRun, database: string): Promise<void> {
  await copy(servers.telemetry, templates.telemetry, database);
  await applyInitSql(urlOf(servers.telemetry, database), 'telemetry-database.sql');
}

const copy = (server: string, template: string, database: string) =>
  patiently(() =>
    execute(server, [`create database ${escapeIdentifier(database)} template ${escapeIdentifier(template)}`]),
  );

async function drop(servers: Servers, names: DatabaseNames): Promise<void> {
  await Promise.all([
    execute(servers.main, [dropStatement(names.main)]),
    execute(servers.telemetry, [dropStatement(names.telemetry)]),
    dropClickhouseDatabase(servers.clickhouse, names.clickhouse),
    forget(servers.redis, names.redisPrefix),
  ]);
}

export const dropStatement = (database: string) =>
  `drop database if exists ${escapeIdentifier(database)} with (force)`;

async function forget(url: string, prefix: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 1, disconnectTimeout: 50 });
  try {
    for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if ((keys as string[]).length > 0) await client.unlink(keys as string[]);
    }
  } finally {
    client.disconnect();
  }
}
