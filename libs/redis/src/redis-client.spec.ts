import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import Redis from 'ioredis';
import { createRedis, RedisUnavailableError, type RedisClient } from './redis-client';

const dir = mkdtempSync(join(tmpdir(), 'redis-client-'));
const options = {
  dir,
  name: 'redis',
  password: 'p',
  cache: join(workspaceRoot(), '.lab/cache'),
  durable: false,
};
let server: Running;
let client: RedisClient;
let bare: Redis;

const isBack = async () => {
  while (!client.isReady) await new Promise((resolve) => setTimeout(resolve, 10));
};

beforeAll(async () => {
  server = await startRedis(options);
  client = createRedis({ url: server.url, prefix: 'test:', purpose: 'cache' });
  bare = new Redis(server.url);
  bare.on('error', () => undefined);
  await isBack();
});
afterAll(async () => {
  client.close();
  bare.disconnect();
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('Redis client', () => {
  it('writes nothing without prefix and time to live', async () => {
    await client.set(client.key('cache', 1), 'x', 60);
    await client.setIfAbsent(client.key('lock', 1), 'x', 60);
    await client.increment(client.key('count', 1), 60);
    await client.increment(client.key('count', 1), 60);
    await client.takeFromWindow(client.key('limit', 1), 5, 60_000);
    const keys = await bare.keys('*');
    expect(keys.sort()).toEqual(['test:cache:1', 'test:count:1', 'test:limit:1', 'test:lock:1']);
    for (const key of keys) expect(await bare.ttl(key)).toBeGreaterThan(0);
  });

  it('lets the first of many win a lock', async () => {
    const key = client.key('lock', 'slot');
    const wins = await Promise.all(
      Array.from({ length: 20 }, (_, n) => client.setIfAbsent(key, String(n), 60)),
    );
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await client.get(key)).toBe(String(wins.indexOf(true)));
    expect(await client.delete(key)).toBe(1);
    expect(await client.get(key)).toBeNull();
  });

  it('counts without losing one, for two organizations apart', async () => {
    const sums = await Promise.all(
      Array.from({ length: 50 }, () => client.increment(client.key('n', 1), 60)),
    );
    await client.increment(client.key('n', 2), 60);
    expect(Math.max(...sums)).toBe(50);
    expect(await client.get(client.key('n', 2))).toBe('1');
  });

  it('admits a quota in any window, says how long to wait, and admits again after it', async () => {
    const take = (n: number) => client.takeFromWindow(client.key('quota', n), 3, 400);
    const uses = await Promise.all(Array.from({ length: 8 }, () => take(1)));
    expect(uses.filter(({ admitted }) => admitted).map(({ remaining }) => remaining)).toEqual([2, 1, 0]);
    expect((await take(2)).admitted).toBe(true); // another key is another quota
    const refused = await take(1);
    expect(refused).toMatchObject({ admitted: false, remaining: 0 });
    expect(refused.waitMs).toBeGreaterThan(0);
    expect(refused.waitMs).toBeLessThanOrEqual(800);
    await new Promise((resolve) => setTimeout(resolve, refused.waitMs + 5));
    expect((await take(1)).admitted).toBe(true);
    // The window slides: what was used before still counts for a while.
    expect((await take(1)).admitted).toBe(false);
  });

  it('passes on what Redis itself refuses', async () => {
    const key = client.key('text');
    await client.set(key, 'no number', 60);
    await expect(client.increment(key, 60)).rejects.toThrow(/not an integer/);
  });

  it('fails while Redis is away, and works again when it is back', async () => {
    const { port } = server;
    await server.stop();
    await expect(client.ping()).rejects.toBeInstanceOf(RedisUnavailableError);
    await expect(client.get(client.key('x'))).rejects.toBeInstanceOf(RedisUnavailableError);
    server = await startRedis({ ...options, port });
    await isBack();
    await client.ping();
  });

  it('does not wait for a Redis that hangs', async () => {
    server.kill('SIGSTOP');
    try {
      await expect(client.ping()).rejects.toBeInstanceOf(RedisUnavailableError);
    } finally {
      server.kill('SIGCONT');
    }
  });

  it('starts and closes without a Redis', async () => {
    const alone = createRedis({ url: 'redis://127.0.0.1:1', prefix: 'test:', purpose: 'cache' });
    await expect(alone.ping()).rejects.toBeInstanceOf(RedisUnavailableError);
    alone.close();
  });
});
