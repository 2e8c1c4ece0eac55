import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalyticsStatsRow, HealthReport } from '@restartix/contracts';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { startPlatform, type Platform } from '@restartix/testing';
import Redis from 'ioredis';
import { caller, eventually } from './api';

const CLIENT_ADDRESS = '81.2.69.142';
const PREFIX = 'buffer-spec:';
const LIMIT = 6;
/** No answer may hang on a store that is away; supertest fails the test after this long. */
const DEADLINE_MS = 10_000;

/** Everything a Redis holds, by key, whatever its kind. */
async function contentsOf(redis: Redis): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const key of await redis.keys('*')) {
    const read: Record<string, () => Promise<unknown>> = {
      string: () => redis.get(key),
      hash: () => redis.hgetall(key),
      list: () => redis.lrange(key, 0, -1),
      set: () => redis.smembers(key),
      zset: () => redis.zrange(key, 0, -1, 'WITHSCORES'),
      stream: () => redis.xrange(key, '-', '+'),
    };
    contents.set(key, JSON.stringify(await read[await redis.type(key)]!()));
  }
  return contents;
}

describe('the analytics buffer', () => {
  const dir = mkdtempSync(join(tmpdir(), 'buffer-'));
  const redisOptions = { dir, name: 'redis', password: 'p', cache: join(workspaceRoot(), '.lab/cache') };
  const environment: Record<string, string> = {
    REDIS_KEY_PREFIX: PREFIX,
    ANALYTICS_BUFFER_LIMIT: String(LIMIT),
  };
  let redis: Running;
  let platform: Platform;

  beforeAll(async () => {
    redis = await startRedis(redisOptions);
    environment.REDIS_URL = redis.url;
    platform = await startPlatform({ environment: { coreApi: environment } });
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await redis?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const track = (token: string, name: string, properties: object = {}) =>
    caller(platform, token)
      .post('/v1/telemetry/events', { events: [{ name, properties, timestamp: new Date().toISOString() }] })
      .set('X-Forwarded-For', CLIENT_ADDRESS)
      .set('User-Agent', 'PlantedApp/7.1')
      .timeout(DEADLINE_MS);

  const countsOf = async (token: string): Promise<Record<string, number>> => {
    const rows = (await caller(platform, token).get('/v1/telemetry/stats').expect(200)).body
      .data as AnalyticsStatsRow[];
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  };

  const health = async () => (await caller(platform).get('/health')).body as HealthReport;

  const inRedis = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(redis.url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };

  it('holds nothing readable while telemetry-api is away, refuses what is too much, and loses nothing', async () => {
    const [first, second] = platform.organizations;
    await platform.kill('telemetryApi');
    const properties = { screen: 'planted-screen', contact: '+40721234567' };
    for (let count = 0; count < LIMIT / 2; count += 1) {
      await track(first!.tokens.patient, 'exercise.planted', properties).expect(202);
      await track(second!.tokens.patient, 'exercise.planted', properties).expect(202);
    }
    const refused = await track(first!.tokens.patient, 'exercise.planted').expect(429);
    expect(refused.body).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);

    const contents = await inRedis(contentsOf);
    expect([...contents.values()].filter((value) => value.includes('sealed'))).toHaveLength(LIMIT);
    const text = [...contents].join('\n');
    for (const key of contents.keys()) expect(key.startsWith(PREFIX)).toBe(true);
    for (const { users, subjects, emails, patients, slug } of platform.organizations) {
      const secrets = [users.patient, subjects.patient, emails.patient, slug, ...patients];
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    for (const secret of [CLIENT_ADDRESS, 'planted', 'PlantedApp', '721234567']) {
      expect(text).not.toContain(secret);
    }

    await platform.start('telemetryApi');
    for (const { tokens } of [first!, second!]) {
      await eventually(
        () => countsOf(tokens.org_admin),
        (counts) => counts['exercise.planted'] === LIMIT / 2,
        30_000,
      );
    }
    const left = await eventually(
      () => inRedis(contentsOf),
      (found) => ![...found.values()].some((value) => value.includes('sealed')),
    );
    expect([...left.values()].join()).not.toContain('sealed');
  }, 90_000);

  it('refuses events within a deadline while Redis is away, touches nothing else, and goes on when it is back', async () => {
    const { tokens, patients } = platform.organizations[0]!;
    await redis.stop();
    const refused = await track(tokens.patient, 'session.meanwhile').expect(503);
    expect(refused.body).toMatchObject({ code: 'queue_unavailable' });
    const specialist = caller(platform, tokens.specialist);
    await specialist.get(`/v1/patients/${patients[0]}`).timeout(DEADLINE_MS).expect(200);
    await specialist.get('/v1/me').timeout(DEADLINE_MS).expect(200);
    await caller(platform, tokens.org_admin).get('/v1/telemetry/stats').timeout(DEADLINE_MS).expect(200);
    const report = await eventually(health, ({ status }) => status === 'degraded');
    expect(report.dependencies.redis).toMatchObject({ status: 'down', criticality: 'high' });
    await caller(platform).get('/health/ready').expect(200);

    redis = await startRedis({ ...redisOptions, port: redis.port });
    await eventually(
      async () => (await track(tokens.patient, 'session.after')).status,
      (status) => status === 202,
    );
    await eventually(
      () => countsOf(tokens.org_admin),
      (counts) => (counts['session.after'] ?? 0) > 0,
      30_000,
    );
    await eventually(health, ({ status }) => status === 'ok');
  }, 90_000);

  it('can be left out: without Redis configured the service starts degraded and refuses events', async () => {
    const { tokens, patients } = platform.organizations[0]!;
    await platform.kill('coreApi', 'SIGTERM');
    environment.REDIS_URL = '';
    await platform.start('coreApi');
    expect((await health()).status).toBe('degraded');
    expect((await track(tokens.patient, 'session.without').expect(503)).body.code).toBe('queue_unavailable');
    await caller(platform, tokens.specialist).get(`/v1/patients/${patients[0]}`).expect(200);
  }, 60_000);
});
