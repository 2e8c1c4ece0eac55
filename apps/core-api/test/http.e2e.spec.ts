import { startPlatform, type Platform } from '@restartix/testing';
import { caller } from './api';

describe('the doors of core-api', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform();
  }, 120_000);

  afterAll(() => platform?.stop());

  it('say how it is, to anyone', async () => {
    const report = await caller(platform).get('/health').expect(200);
    expect(report.body).toMatchObject({
      status: 'ok',
      dependencies: {
        postgres: { status: 'ok', criticality: 'critical' },
        redis: { status: 'ok' },
        telemetry_api: { status: 'ok' },
      },
    });
    await caller(platform).get('/health/live').expect(200);
    await caller(platform).get('/health/ready').expect(200);
  });

  it('carry a request id and security headers on every answer, also refusals', async () => {
    for (const path of ['/health/live', '/v1/me', '/nowhere']) {
      const { headers } = await caller(platform).get(path);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['strict-transport-security']).toContain('max-age=');
      expect(headers['content-security-policy']).toContain('default-src');
      expect(headers).not.toHaveProperty('x-powered-by');
    }
    const echoed = await caller(platform).get('/health/live').set('x-request-id', 'my-id.1');
    expect(echoed.headers['x-request-id']).toBe('my-id.1');
  });

  it('describe themselves as OpenAPI, browsable', async () => {
    const document = await caller(platform).get('/docs-json').expect(200);
    expect(Object.keys(document.body.paths as object)).toEqual(
      expect.arrayContaining([
        '/v1/me',
        '/v1/patients',
        '/v1/patients/{id}',
        '/v1/audit-logs',
        '/v1/telemetry/events',
      ]),
    );
    const page = await caller(platform).get('/docs').redirects(1);
    expect(page.text).toContain('swagger-ui');
  });

  it('let no foreign origin in', async () => {
    const foreign = await caller(platform).get('/health/live').set('Origin', 'https://evil.example');
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
