import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { clickHouseDatabase, createClickHouse } from './clickhouse';

const FILES = join(__dirname, '../../../../migrations/clickhouse');

const APPLIED = `
create table if not exists schema_migrations (name String, applied_at DateTime64(3, 'UTC') default now64(3))
engine = ReplacingMergeTree order by name`;

/** The numbered SQL files, oldest first: name → its statements. */
function migrationFiles(): { name: string; statements: string[] }[] {
  const files = readdirSync(FILES).filter((file) => /^\d{4}_\w+\.sql$/.test(file));
  return files.sort().map((file) => ({
    name: file.replace(/\.sql$/, ''),
    statements: readFileSync(join(FILES, file), 'utf8')
      .split(/;\s*$/m)
      .filter((statement) => statement.trim() !== ''),
  }));
}

/**
 * Applies the ClickHouse migrations the database has not seen, oldest first; answers their names. Every statement is
 * idempotent, because ClickHouse has no transaction around it: a run that died midway is simply run again.
 */
export async function migrateClickHouse(url: string): Promise<string[]> {
  await createDatabase(url);
  const client = createClickHouse(url);
  try {
    await client.command({ query: APPLIED });
    const answer = await client.query({ query: 'select name from schema_migrations', format: 'JSONEachRow' });
    const applied = new Set((await answer.json<{ name: string }>()).map((row) => row.name));
    const waiting = migrationFiles().filter((file) => !applied.has(file.name));
    for (const file of waiting) await apply(client, file);
    return waiting.map((file) => file.name);
  } finally {
    await client.close();
  }
}

async function apply(client: ClickHouseClient, file: { name: string; statements: string[] }): Promise<void> {
  for (const query of file.statements) await client.command({ query });
  await client.insert({ table: 'schema_migrations', values: [{ name: file.name }], format: 'JSONEachRow' });
}

async function createDatabase(url: string): Promise<void> {
  const database = clickHouseDatabase(url);
  if (database === 'default') return;
  const client = createClickHouse(url, 'default');
  try {
    await client.command({ query: `create database if not exists \`${database.replaceAll('`', '')}\`` });
  } finally {
    await client.close();
  }
}
