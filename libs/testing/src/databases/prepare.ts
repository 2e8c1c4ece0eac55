import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workspaceRoot } from '@restartix/embedded';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Runs statements one after another on a connection of their own. */
export async function execute(url: string, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'preparation' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Another process may be copying the same template, or granting the same role, at this moment. */
const BUSY = ['55006', 'XX000', '23505', '42710', '40P01', '40001'];

/** Does work on a server again while somebody else's work on the same objects stands in its way. */
export async function patiently(work: () => Promise<void>, attempts = 20): Promise<void> {
  for (let left = attempts; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !BUSY.includes((error as { code?: string }).code ?? '')) throw error;
      await sleep(50);
    }
  }
}

/** Makes a database on a server (superuser's URL) unless it exists. */
export async function createDatabaseIfAbsent(server: string, name: string): Promise<void> {
  try {
    await execute(server, [`create database ${escapeIdentifier(name)}`]);
  } catch (error) {
    const DUPLICATE_DATABASE = '42P04';
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  }
}

/** Roles and grants of a database (`docker/init`), and the passwords of its roles. Running it again changes nothing. */
export async function applyInitSql(
  superuserUrl: string,
  file: 'main-database.sql' | 'telemetry-database.sql',
  passwords: Record<string, string> = {},
): Promise<void> {
  const sql = await readFile(join(workspaceRoot(), 'docker/init', file), 'utf8');
  const alterations = Object.entries(passwords)
    .filter(([role]) => role !== 'postgres')
    .map(([role, word]) => `alter role ${escapeIdentifier(role)} password ${escapeLiteral(word)}`);
  await patiently(() => execute(superuserUrl, [sql, ...alterations]));
}
