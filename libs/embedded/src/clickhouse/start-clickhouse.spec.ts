import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Running } from '../process/running';
import { startClickhouse } from './start-clickhouse';

describe('the embedded ClickHouse behind its HTTP door', () => {
  const dir = mkdtempSync(join(tmpdir(), 'embedded-clickhouse-'));
  const options = { dir, name: 'clickhouse', user: 'analytics', password: 'a p@ssword' };
  let server: Running;
  let client: ClickHouseClient;

  const connect = (url = server.url) =>
    createClient({
      url,
      database: 'lab',
      log: { level: ClickHouseLogLevel.OFF },
      compression: { request: true, response: true },
    });

  async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
    const result = await client.query({ query, query_params, format: 'JSONEachRow' });
    return result.json<T>();
  }

  beforeAll(async () => {
    server = await startClickhouse(options);
    const admin = createClient({ url: server.url });
    await admin.command({ query: 'CREATE DATABASE lab' });
    await admin.close();
    client = connect();
    await client.command({
      query: `CREATE TABLE events (organization_id UInt32, name String, at DateTime64(3, 'UTC'))
              ENGINE = MergeTree ORDER BY (organization_id, at)`,
    });
  });

  afterAll(async () => {
    await client.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('takes rows by the real client, compressed, and counts them', async () => {
    const values = Array.from({ length: 1000 }, (_, n) => ({
      organization_id: (n % 2) + 1,
      name: `it's; "row" ${n}\n\\`,
      at: '2025-03-01 10:00:00.123',
    }));
    const result = await client.insert({ table: 'events', values, format: 'JSONEachRow' });
    expect(result.summary?.written_rows).toBe('1000');
    await expect(
      rows(
        'SELECT organization_id, toUInt32(count()) AS n FROM events GROUP BY organization_id ORDER BY organization_id',
      ),
    ).resolves.toEqual([
      { organization_id: 1, n: 500 },
      { organization_id: 2, n: 500 },
    ]);
  });

  it('takes and gives the same uncompressed', async () => {
    const plain = createClient({ url: `${server.url}/lab` });
    await plain.insert({
      table: 'events',
      values: [{ organization_id: 9, name: 'plain' }],
      format: 'JSONEachRow',
      columns: ['organization_id', 'name'],
    });
    const result = await plain.query({
      query: 'SELECT name FROM events WHERE organization_id = 9',
      format: 'JSON',
    });
    expect((await result.json()).data).toEqual([{ name: 'plain' }]);
    await plain.close();
  });

  it.each([["it's \\ \n\t; DROP TABLE events; --"], ['']])(
    'hands parameters over as values: %j',
    async (text) => {
      await expect(rows('SELECT {text:String} AS text', { text })).resolves.toEqual([{ text }]);
    },
  );

  it('keeps the parameters and settings of requests that run at the same time apart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        rows('SELECT {n:UInt32} AS n, {list:Array(String)} AS list', { n, list: [`${n}`] }),
      ),
    );
    expect(answers.map(([row]) => row)).toEqual(
      Array.from({ length: 40 }, (_, n) => ({ n, list: [`${n}`] })),
    );
  });

  it.each([
    ['SELECT * FROM nowhere', '60', 'UNKNOWN_TABLE'],
    ['SELECT nothing', '47', 'UNKNOWN_IDENTIFIER'],
    ['SELEC 1', '62', 'SYNTAX_ERROR'],
    ['SELECT 1; DROP TABLE events', '62', 'SYNTAX_ERROR'],
  ])('answers %j with the error of a server', async (query, code, type) => {
    await expect(client.command({ query })).rejects.toMatchObject({ name: 'Error', code, type });
  });

  it('refuses a row it cannot parse, naming the kind of error', async () => {
    const values = [{ organization_id: 'none', name: 'x' }];
    await expect(client.insert({ table: 'events', values, format: 'JSONEachRow' })).rejects.toMatchObject({
      code: '27',
    });
  });

  it('refuses an unknown database', async () => {
    const lost = createClient({ url: `${server.url}/elsewhere`, log: { level: ClickHouseLogLevel.OFF } });
    await expect(lost.command({ query: 'SELECT 1' })).rejects.toMatchObject({ type: 'UNKNOWN_DATABASE' });
    await lost.close();
  });

  it('refuses a wrong password, and a request without one', async () => {
    const stranger = connect(server.url.replace(/\/\/.*@/, '//analytics:wrong@'));
    await expect(stranger.query({ query: 'SELECT 1' })).rejects.toMatchObject({
      type: 'AUTHENTICATION_FAILED',
    });
    await stranger.close();
    const response = await fetch(`http://127.0.0.1:${server.port}/?query=SELECT%201`);
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([403, '516']);
  });

  it('does not let a GET change anything', async () => {
    const headers = { 'x-clickhouse-user': 'analytics', 'x-clickhouse-key': 'a p@ssword' };
    const response = await fetch(
      `http://127.0.0.1:${server.port}/?database=lab&query=DROP%20TABLE%20events`,
      { headers },
    );
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('164');
  });

  it('refuses a body that is not what its encoding says', async () => {
    const headers = {
      'x-clickhouse-user': 'analytics',
      'x-clickhouse-key': 'a p@ssword',
      'content-encoding': 'gzip',
    };
    const send = (body: Buffer) =>
      fetch(`http://127.0.0.1:${server.port}/`, { method: 'POST', headers, body: new Uint8Array(body) });
    expect((await send(Buffer.from('SELECT 1'))).headers.get('x-clickhouse-exception-code')).toBe('354');
    await expect((await send(gzipSync('SELECT 1'))).text()).resolves.toBe('1\n');
  });

  it('ends the query of a client that hangs up', async () => {
    const controller = new AbortController();
    const query = 'SELECT sleepEachRow(1) FROM numbers(100) SETTINGS max_block_size = 1';
    const abandoned = client.command({ query, abort_signal: controller.signal }).catch(() => 'gone');
    const running = () =>
      rows(`SELECT query_id FROM system.processes WHERE query LIKE 'SELECT sleepEachRow%'`);
    while ((await running()).length === 0);
    controller.abort();
    await expect(abandoned).resolves.toBe('gone');
    while ((await running()).length > 0);
  });

  it('keeps acknowledged batches over SIGKILL and comes back on the same port', async () => {
    const values = Array.from({ length: 500 }, (_, n) => ({ organization_id: 77, name: `kept ${n}` }));
    await client.insert({ table: 'events', values, format: 'JSONEachRow' });
    const { port } = server;
    server.kill('SIGKILL');
    await server.exited;
    server = await startClickhouse({ ...options, port });
    await expect(
      rows('SELECT toUInt32(count()) AS n FROM events WHERE organization_id = 77'),
    ).resolves.toEqual([{ n: 500 }]);
  });
});
