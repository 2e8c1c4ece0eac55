import { personOf, startPlatform, type Platform } from '@restartix/testing';
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

  it('are measured on a port of their own: by route template and status, naming nobody', async () => {
    const patient = '01a1fbaf-8397-746f-97f7-a8f55c8236e4';
    for (const organization of platform.organizations) {
      const token = platform.token(personOf(organization, 'specialist'));
      await caller(platform, token).get(`/v1/patients/${patient}`).expect(404);
    }
    await caller(platform).get('/metrics').expect(404);
    const answer = await fetch(platform.metrics.coreApi);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text = await answer.text();
    const count = (labels: string) =>
      text
        .split('\n')
        .find((line) => line.startsWith(`http_server_request_duration_seconds_count{${labels}`));
    expect(
      count('http_request_method="GET",http_route="/v1/patients/:id",http_response_status_code="404"'),
    ).toMatch(/ 2$/);
    expect(count('http_request_method="GET",http_route="unknown",http_response_status_code="404"')).toMatch(
      / \d+$/,
    );
    expect(text).toMatch(
      /db_client_connection_count\{db_client_connection_pool_name="core_app",db_client_connection_state="idle"\} [1-9]/,
    );
    expect(text).toContain('nodejs_eventloop_delay_seconds{quantile="p99"}');
    expect(text).not.toMatch(/01a1fbaf|organization_|@/);
    const telemetry = await (await fetch(platform.metrics.telemetryApi)).text();
    expect(telemetry).toContain('http_route="/internal/v1/audit-events",http_response_status_code="200"}');
  });

  it('show metrics to GET /metrics alone', async () => {
    for (const [path, method] of [
      ['/', 'GET'],
      ['/metrics', 'POST'],
      ['/v1/me', 'GET'],
    ] as const) {
      expect((await fetch(new URL(path, platform.metrics.coreApi), { method })).status).toBe(404);
    }
  });
});
