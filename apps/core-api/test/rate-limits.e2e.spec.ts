import { startPlatform, type Platform } from '@restartix/testing';
import { caller } from './api';

/** What the limiter itself does is shown in libs/tenancy; this shows that core-api stands behind it. */
describe('the limits of core-api', () => {
  let platform: Platform;

  beforeAll(async () => {
    const coreApi = { RATE_LIMIT_EXPORT: '2/600', RATE_LIMIT_SIGN_IN: '3/600' };
    platform = await startPlatform({ environment: { coreApi } });
  }, 120_000);

  afterAll(() => platform?.stop());

  it('tell every signed-in caller what is left, and let a browser read it', async () => {
    const { tokens } = platform.organizations[0]!;
    const { headers } = await caller(platform, tokens.specialist)
      .get('/v1/me')
      .set('Origin', 'https://app.lab.example');
    expect(headers['ratelimit-policy']).toMatch(/^"standard-user";q=\d+;w=60, /);
    expect(headers.ratelimit).toMatch(/^"standard-\w+";r=\d+;t=\d+$/);
    expect(headers['access-control-expose-headers']).toContain('RateLimit-Policy');
  });

  it('hold exports of one user tighter, and not those of another organization', async () => {
    const path = '/v1/audit-logs/export?format=ndjson';
    const [first, second] = platform.organizations.map(({ tokens }) => caller(platform, tokens.compliance));
    await first!.get(path).expect(200);
    await first!.get(path).expect(200);
    const refused = await first!.get(path).expect(429);
    expect(refused.body.code).toBe('rate_limited');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await first!.get('/v1/audit-logs').expect(200);
    await second!.get(path).expect(200);
  });

  it('hold refused credentials of one address', async () => {
    const knock = (address: string) =>
      caller(platform, 'not.a.token').get('/v1/me').set('X-Forwarded-For', address);
    for (let count = 0; count < 3; count += 1) await knock('198.51.100.20').expect(401);
    await knock('198.51.100.20').expect(429);
    await knock('198.51.100.21').expect(401);
  });
});
