import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Delete, Get, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Clock } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { createHttpApp, RateLimited } from '@restartix/http';
import { createLogger } from '@restartix/logging';
import { createRedis, type RedisClient } from '@restartix/redis';
import request from 'supertest';
import { SpecKeys } from '../../test/api-keys';
import { aPrincipal, aSession } from '../../test/identities';
import { limitsOf } from '../../test/limits';
import {
  ApiKeyResolver,
  Authenticated,
  IdentityResolver,
  Public,
  RateLimiter,
  Requires,
  SessionPolicy,
  StepUpProofs,
  TenancyModule,
  TokenVerifier,
  type Principal,
  type ResolvedIdentity,
} from '../index';

/** Tokens read `<subject>.<organization>.x`. */
class Tokens extends TokenVerifier {
  verify(token: string): Promise<Principal> {
    const [subject, organizationRef] = token.split('.') as [string, string];
    if (subject === 'bad') return Promise.reject(new DomainError('token_invalid'));
    if (subject === 'away') return Promise.reject(new DomainError('identity_unavailable'));
    return Promise.resolve(aPrincipal({ subject, organizationRef }));
  }
}

class Identities extends IdentityResolver {
  resolve({ subject }: Principal): Promise<ResolvedIdentity> {
    const identity = { userId: subject, emailEnvelope: null, superadmin: false, organizationId: 1 };
    return Promise.resolve({ ...identity, role: 'specialist', session: aSession() });
  }
}

@Controller('v1')
class Routes {
  @Get('standard') @Authenticated() standard() {
    return { data: 'standard' };
  }

  @Delete('standard') @Authenticated() remove() {
    return { data: 'deletion' };
  }

  @Get('export') @Authenticated() @RateLimited('export') export() {
    return { data: 'export' };
  }

  @Get('records') @Requires('patient:read') records() {
    return { data: 'records' };
  }

  @Get('public') @Public('spec') public() {
    return { data: 'public' };
  }

  @Get('probe') @Public('spec') @RateLimited('none') probe() {
    return { data: 'probe' };
  }
}

const LIMITS = limitsOf(
  { max: 5, windowMs: 600_000 },
  {
    deletion: { max: 3, windowMs: 600_000 },
    export: { max: 2, windowMs: 600_000 },
    public: { max: 3, windowMs: 600_000 },
    sign_in: { max: 4, windowMs: 600_000 },
  },
);

const keys = new SpecKeys();

/** One instance of a service with a connection of its own. */
async function instance(redis: RedisClient): Promise<NestExpressApplication> {
  @Module({
    providers: [
      { provide: TokenVerifier, useClass: Tokens },
      { provide: IdentityResolver, useClass: Identities },
      { provide: RateLimiter, useValue: new RateLimiter(redis, LIMITS) },
      { provide: SessionPolicy, useValue: { admit: () => Promise.resolve() } satisfies SessionPolicy },
      { provide: StepUpProofs, useValue: new StepUpProofs(Buffer.alloc(32), 1000) },
      { provide: ApiKeyResolver, useValue: keys },
      Clock,
    ],
    exports: [
      TokenVerifier,
      IdentityResolver,
      RateLimiter,
      SessionPolicy,
      StepUpProofs,
      ApiKeyResolver,
      Clock,
    ],
  })
  class Identity {}

  @Module({ imports: [TenancyModule.register([Identity])], controllers: [Routes] })
  class App {}

  return createHttpApp({
    module: App,
    bodyLimitBytes: 10_000,
    trustedProxies: ['127.0.0.1', '::ffff:127.0.0.1'],
    corsOrigins: [],
    logger: createLogger({ level: 'error', format: 'json', service: 'limits' }),
  });
}

describe('rate limits, two instances on one Redis', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rate-limits-'));
  const cache = join(workspaceRoot(), '.lab/cache');
  let server: Running;
  let clients: RedisClient[];
  let apps: NestExpressApplication[];
  let turn = 0;

  beforeAll(async () => {
    server = await startRedis({ dir, name: 'redis', password: 'p', cache, durable: false });
    clients = [0, 1].map(() => createRedis({ url: server.url, prefix: 'spec:', purpose: 'cache' }));
    while (!clients.every(({ isReady }) => isReady)) await new Promise((resolve) => setTimeout(resolve, 10));
    apps = await Promise.all(clients.map(instance));
    // Every spec asks from addresses of its own; supertest calls over loopback, which is the trusted proxy.
    await Promise.all(apps.map((app) => app.listen(0, '127.0.0.1')));
  });

  afterAll(async () => {
    await Promise.all(apps?.map((app) => app.close()) ?? []);
    for (const client of clients ?? []) client.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Every second request goes to the other instance. */
  async function ask(path: string, o: { token?: string; address: string; method?: 'get' | 'delete' }) {
    const app = apps[(turn += 1) % apps.length]!;
    const test = request(app.getHttpServer())[o.method ?? 'get'](`/v1/${path}`);
    if (o.token) void test.set('authorization', `Bearer ${o.token}`);
    return test.set('x-forwarded-for', o.address);
  }

  async function statuses(times: number, send: () => Promise<{ status: number }>): Promise<number[]> {
    const all = [];
    for (let count = 0; count < times; count += 1) all.push((await send()).status);
    return all;
  }

  it('let a user do the quota of the class, counted together, and say when to come back', async () => {
    const send = () => ask('standard', { token: 'ana.org_a.x', address: '192.0.2.1' });
    const first = await send();
    expect(first.headers['ratelimit-policy']).toBe(
      '"standard-user";q=5;w=600, "standard-organization";q=10;w=600, "standard-address";q=15;w=600',
    );
    expect(first.headers.ratelimit).toMatch(/^"standard-user";r=4;t=\d+$/);
    expect(await statuses(5, send)).toEqual([200, 200, 200, 200, 429]);
    const refused = await send();
    expect(refused.body).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers.ratelimit).toMatch(/^"standard-user";r=0;t=\d+$/);
    expect(refused.headers['content-type']).toContain('application/problem+json');
  });

  it('hold exports and deletions tighter, and apart', async () => {
    const send = (path: string, method: 'get' | 'delete') => () =>
      ask(path, { token: 'dan.org_d.x', address: '192.0.2.2', method });
    expect(await statuses(3, send('export', 'get'))).toEqual([200, 200, 429]);
    expect(await statuses(4, send('standard', 'delete'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, send('standard', 'get'))).toEqual([200]);
  });

  it('hold an organization as a whole, and leave the other alone', async () => {
    const from = (n: number, organization: string) => () =>
      ask('standard', { token: `user${n}.${organization}.x`, address: `192.0.2.${100 + n}` });
    for (const n of [1, 2]) expect(await statuses(5, from(n, 'org_e'))).not.toContain(429);
    expect(await statuses(1, from(3, 'org_e'))).toEqual([429]);
    expect(await statuses(1, from(4, 'org_f'))).toEqual([200]);
  });

  it('hold an address its users share', async () => {
    const from = (n: number) => () =>
      ask('standard', { token: `guest${n}.org_g${n}.x`, address: '2001:db8:7::1' });
    for (const n of [1, 2, 3]) expect(await statuses(5, from(n))).not.toContain(429);
    expect(await statuses(1, from(4))).toEqual([429]);
    expect((await ask('standard', { token: 'guest5.org_g5.x', address: '2001:db8:8::1' })).status).toBe(200);
  });

  it('hold public routes per address, and probes never', async () => {
    expect(await statuses(4, () => ask('public', { address: '192.0.2.3' }))).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, () => ask('public', { address: '192.0.2.4' }))).toEqual([200]);
    const probe = await ask('probe', { address: '192.0.2.3' });
    expect(probe.status).toBe(200);
    expect(probe.headers).not.toHaveProperty('ratelimit');
  });

  it('hold refused credentials per address, and not a good one from there', async () => {
    const send = (token: string) => () => ask('standard', { token, address: '192.0.2.5' });
    expect(await statuses(5, send('bad.org_h.x'))).toEqual([401, 401, 401, 401, 429]);
    expect(await statuses(1, send('maria.org_h.x'))).toEqual([200]);
    expect(await statuses(6, send('away.org_h.x'))).not.toContain(429); // not the credential's fault
  });

  it('hold each API key, within its organization, and keys that are none per address', async () => {
    const send = (token: string, address: string) => () => ask('records', { token, address });
    expect(await statuses(6, send('rx_good', '192.0.2.8'))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await statuses(4, send('rx_better', '192.0.2.9'))).toEqual([200, 200, 200, 200]);
    // Both keys and the users of org_one share what the organization may do.
    expect((await ask('standard', { token: 'user9.org_one.x', address: '192.0.2.10' })).status).toBe(429);
    expect(keys.floods).toBe(0);
    expect(await statuses(5, send('rx_none', '192.0.2.11'))).toEqual([401, 401, 401, 401, 429]);
    expect(keys.floods).toBe(1);
    expect(await statuses(1, send('rx_revoked', '192.0.2.12'))).toEqual([401]);
  });

  describe('while Redis is away', () => {
    const known = () => ask('standard', { token: 'ion.org_i.x', address: '192.0.2.6' });

    it('or hangs, a signed-in caller goes on uncounted', async () => {
      server.kill('SIGSTOP');
      try {
        const answer = await known();
        expect(answer.status).toBe(200);
        expect(answer.headers).not.toHaveProperty('ratelimit');
      } finally {
        server.kill('SIGCONT');
      }
    });

    it('a signed-in caller goes on, a public route is closed, nothing opens', async () => {
      server.kill('SIGKILL');
      await server.exited;
      expect(await statuses(8, known)).not.toContain(429);
      const closed = await ask('public', { address: '192.0.2.7' });
      expect(closed.status).toBe(503);
      expect(closed.body.code).toBe('rate_limits_unavailable');
      expect(closed.headers['retry-after']).toBeDefined();
      expect((await ask('standard', { token: 'bad.org_i.x', address: '192.0.2.7' })).status).toBe(401);
      expect((await ask('probe', { address: '192.0.2.7' })).status).toBe(200);
    });
  });
});
