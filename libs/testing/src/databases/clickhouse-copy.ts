import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { urlOf } from './urls';

const name = (database: string) => `\`${database.replaceAll('`', '')}\``;

async function withClient(server: string, work: (client: ClickHouseClient) => Promise<void>): Promise<void> {
  const client = createClient({ url: urlOf(server, '') });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

/** Makes a database with the empty tables and views of another. */
export function copyClickhouseTables(server: string, from: string, to: string): Promise<void> {
  return withClient(server, async (client) => {
    await client.command({ query: `CREATE DATABASE ${name(to)}` });
    const result = await client.query({
      query: `SELECT create_table_query AS statement FROM system.tables WHERE database = {from:String}
              AND name NOT LIKE '.inner%' ORDER BY engine LIKE '%View', name`,
      query_params: { from },
      format: 'JSONEachRow',
    });
    for (const { statement } of await result.json<{ statement: string }>()) {
      await client.command({ query: statement.replaceAll(`${from}.`, `${to}.`) });
    }
    await client.command({
      query: `INSERT INTO ${name(to)}.schema_migrations SELECT * FROM ${name(from)}.schema_migrations`,
    });
  });
}

export function dropClickhouseDatabase(server: string, database: string): Promise<void> {
  return withClient(server, async (client) => {
    await client.command({ query: `DROP DATABASE IF EXISTS ${name(database)} SYNC` });
  });
}
