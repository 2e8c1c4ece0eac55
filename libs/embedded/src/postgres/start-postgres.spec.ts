import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { processesIn } from '../process/proc';
import type { Running } from '../process/running';
import { startPostgres } from './start-postgres';

describe('the embedded PostgreSQL', () => {
  const dir = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  const password = 'a "quoted" p\'ssword/@';
  let server: Running;

  async function ask<T>(text: string, url = server.url): Promise<T[]> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows as T[];
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    server = await startPostgres({ dir, name: 'postgres', password });
  });

  afterAll(async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('answers on loopback with durable settings', async () => {
    const settings = await ask<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in
       ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'unix_socket_directories')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    });
  });

  it('refuses a wrong password', async () => {
    const wrong = `postgres://postgres:wrong@127.0.0.1:${server.port}/postgres`;
    await expect(ask('select 1', wrong)).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps committed rows over SIGKILL and comes back on the same port', async () => {
    await ask('create table kept (n int)');
    await ask('insert into kept select generate_series(1, 1000)');
    const { port } = server;
    server.kill('SIGKILL');
    await expect(server.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    server = await startPostgres({ dir, name: 'postgres', password, port });
    expect(server.port).toBe(port);
    await expect(ask('select count(*)::int as n from kept')).resolves.toEqual([{ n: 1000 }]);
  });

  it('starts over a stale lock file that names a living process', async () => {
    const { port } = server;
    await server.stop();
    const lock = join(dir, 'data/postmaster.pid');
    expect(existsSync(lock)).toBe(false);
    writeFileSync(lock, `${process.pid}\n${join(dir, 'data')}\n1\n${port}\n\n127.0.0.1\n 1 1\nready\n`);
    server = await startPostgres({ dir, name: 'postgres', password, port });
    await expect(ask('select 1 as one')).resolves.toEqual([{ one: 1 }]);
  });

  it('says so when the cluster was made with another password, and leaves nothing running', async () => {
    const { port } = server;
    await server.stop();
    await expect(startPostgres({ dir, name: 'postgres', password: 'other' })).rejects.toThrow(
      'postgres was made with another password.',
    );
    expect(processesIn(join(dir, 'data'))).toEqual([]);
    server = await startPostgres({ dir, name: 'postgres', password, port });
  });
});
