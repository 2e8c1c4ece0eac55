import { createClient } from '@clickhouse/client';
import type { Database } from '@restartix/database';
import Redis from 'ioredis';

/** A piece of a store, as text. */
export interface Piece {
  where: string;
  text: string;
}

/** Every row of every table, as PostgreSQL writes it. `database` must see past row-level security. */
export async function readTables(database: Database): Promise<Piece[]> {
  const tables = await database.query<{ place: string }>(
    `select format('%I.%I', n.nspname, c.relname) as place
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname !~ '^(pg_|information_schema)' order by 1`,
  );
  const pieces: Piece[] = [];
  for (const { place } of tables) {
    const rows = await database.query<{ line: string }>(`select t::text as line from ${place} as t`);
    pieces.push(...rows.map(({ line }) => ({ where: place, text: line })));
  }
  const running = await database.query<{ query: string }>(
    'select query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  return [...pieces, ...running.map(({ query }) => ({ where: 'pg_stat_activity', text: query }))];
}

type Reader = (client: Redis, key: Buffer) => Promise<unknown>;

/** By type; values as bytes. */
const REDIS_TYPES: Readonly<Record<string, Reader>> = {
  string: (client, key) => client.getBuffer(key),
  hash: (client, key) => client.hgetallBuffer(key),
  list: (client, key) => client.lrangeBuffer(key, 0, -1),
  set: (client, key) => client.smembersBuffer(key),
  zset: (client, key) => client.zrangeBuffer(key, 0, -1),
  stream: (client, key) => client.xrange(key, '-', '+'),
};

/** Every key of the server with its value. */
export async function readRedis(url: string): Promise<Piece[]> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  const pieces: Piece[] = [];
  try {
    for await (const keys of client.scanBufferStream({ count: 1000 })) {
      for (const key of keys as Buffer[]) {
        const read = REDIS_TYPES[await client.type(key)];
        const value = read ? flattened(await read(client, key)) : '';
        pieces.push({ where: `key ${key.toString('latin1')}`, text: `${key.toString('latin1')} ${value}` });
      }
    }
  } finally {
    client.disconnect();
  }
  return pieces;
}

function flattened(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  if (Array.isArray(value)) return value.map(flattened).join(' ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => `${name} ${flattened(item)}`)
      .join(' ');
  }
  return String(value);
}

/** Every row of every table of the database in the URL. */
export async function readClickhouse(url: string): Promise<Piece[]> {
  const client = createClient({ url });
  try {
    const rowsOf = async (query: string) =>
      (await client.query({ query, format: 'JSONEachRow' })).json<object>();
    const tables = (await rowsOf('select name from system.tables where database = currentDatabase()')) as {
      name: string;
    }[];
    const pieces: Piece[] = [];
    for (const { name } of tables) {
      const rows = await rowsOf(`select * from \`${name}\``);
      pieces.push(...rows.map((row) => ({ where: name, text: JSON.stringify(row) })));
    }
    return pieces;
  } finally {
    await client.close();
  }
}

/** Lines of a log. */
export const readLog = (service: string, text: string): Piece[] =>
  text.split('\n').map((line) => ({ where: service, text: line }));
