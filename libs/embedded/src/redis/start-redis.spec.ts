import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { workspaceRoot } from '../process/workspace';
import type { Running } from '../process/running';
import { redisProgram } from './redis-program';
import { startRedis } from './start-redis';

const cache = join(workspaceRoot(), '.lab/cache');

describe('the embedded Redis', () => {
  const dir = mkdtempSync(join(tmpdir(), 'embedded redis-'));
  const options = { dir, name: 'redis', password: 'a-password', cache };
  let server: Running;

  async function withClient<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  beforeAll(async () => {
    server = await startRedis(options);
  });

  afterAll(async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('never evicts', async () => {
    const policy = await withClient(server.url, (client) => client.config('GET', 'maxmemory-policy'));
    expect(policy).toEqual(['maxmemory-policy', 'noeviction']);
  });

  it('refuses a wrong password and none', async () => {
    const place = `127.0.0.1:${server.port}`;
    await expect(withClient(`redis://:wrong@${place}`, (client) => client.get('x'))).rejects.toThrow();
    await expect(withClient(`redis://${place}`, (client) => client.get('x'))).rejects.toThrow('NOAUTH');
  });

  it('keeps acknowledged writes over SIGKILL and comes back on the same port', async () => {
    await withClient(server.url, async (client) => {
      for (let n = 0; n < 200; n++) await client.rpush('kept', n);
    });
    const { port } = server;
    server.kill('SIGKILL');
    await server.exited;
    server = await startRedis({ ...options, port });
    await expect(withClient(server.url, (client) => client.llen('kept'))).resolves.toBe(200);
  });

  it('says which command mends a machine that has none and cannot fetch one', () => {
    const nowhere = join(dir, 'redis.conf', 'cache'); // below a file, so nothing can be unpacked there
    expect(() => redisProgram(nowhere, 'no-such-redis-server')).toThrow(
      'Redis is not installed and could not be fetched without root; install it with: sudo apt-get install redis-server',
    );
  });
});
