import type { Sql } from '@restartix/database';

const SETTINGS = `select name, setting from pg_settings
                   where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting <> 'on'`;

/** Throws when the server would answer a COMMIT before the disk has it: figures of such a server say nothing. */
export async function assertDurable(sql: Sql): Promise<void> {
  const faults = await sql.query<{ name: string; setting: string }>(SETTINGS);
  if (faults.length === 0) return;
  throw new Error(
    `The server is not durable: ${faults.map(({ name, setting }) => `${name} = ${setting}`).join(', ')}`,
  );
}
