import type { NestExpressApplication } from '@nestjs/platform-express';
import { startSample } from '../../test/sample-app';
import { HealthRegistry } from './health.registry';

const away = () => Promise.reject(new Error('connect ECONNREFUSED 203.0.113.9:5432'));
const well = () => Promise.resolve();

describe('health', () => {
  let app: NestExpressApplication;
  let url: string;
  let lines: string[];
  let registry: HealthRegistry;

  beforeEach(async () => {
    ({ app, url, lines } = await startSample());
    registry = app.get(HealthRegistry);
  });
  afterEach(() => app.close());

  const ask = async (path: string) => {
    const response = await fetch(url + path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is ok while every dependency answers, and says what each is worth', async () => {
    registry.register({ name: 'postgres', check: well });
    registry.register({ name: 'redis', check: well });
    expect(await ask('/health')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        dependencies: {
          postgres: { status: 'ok', criticality: 'critical', impact: 'The API is unavailable.' },
          redis: { status: 'ok', criticality: 'high' },
        },
      },
    });
  });

  it('is degraded, and still ready, while only others are down', async () => {
    registry.register({ name: 'postgres', check: well });
    registry.register({ name: 'redis', check: away });
    registry.register({ name: 'clickhouse', check: () => Promise.resolve('degraded' as const) });
    const answer = { status: 200, body: { status: 'degraded', dependencies: { redis: { status: 'down' } } } };
    expect(await ask('/health')).toMatchObject(answer);
    expect(await ask('/health/ready')).toMatchObject(answer);
  });

  it('is down with a critical dependency, shows no detail, and stays alive', async () => {
    registry.register({ name: 'postgres', check: away });
    for (const path of ['/health', '/health/ready']) {
      const { status, body } = await ask(path);
      expect(status).toBe(503);
      expect(body).toMatchObject({ status: 'down', dependencies: { postgres: { status: 'down' } } });
      expect(JSON.stringify(body)).not.toMatch(/ECONN|203/);
    }
    expect(await ask('/health/live')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('counts a dependency that never answers as down', async () => {
    registry.register({ name: 'redis', check: () => new Promise(() => undefined) });
    expect(await ask('/health')).toMatchObject({ body: { dependencies: { redis: { status: 'down' } } } });
  });

  it('asks a dependency once, however many ask for its health, and logs a change once', async () => {
    let asked = 0;
    registry.register({ name: 'redis', check: () => (asked++, away()) });
    const reports = await Promise.all(Array.from({ length: 20 }, () => registry.report()));
    expect(new Set(reports).size).toBe(1);
    expect(asked).toBe(1);
    expect(lines.filter((line) => line.includes('redis is down'))).toHaveLength(1);
  });

  it('refuses two indicators of one name', () => {
    registry.register({ name: 'redis', check: well });
    expect(() => registry.register({ name: 'redis', check: well })).toThrow('already watched');
  });
});
