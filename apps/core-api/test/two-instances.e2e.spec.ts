import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MySession } from '@restartix/contracts';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { Caller, eventually } from './api';

const MOST = 60;
const RESOLVE = '/v1/public/organizations/resolve?host=nobody.example.org';

/** What two instances know of each other: nothing, but for the database and Redis they share. */
describe('two instances of core-api', () => {
  const dir = mkdtempSync(join(tmpdir(), 'two-instances-'));
  let redis: Running;
  let platform: Platform;
  let first: ProvisionedOrganization;
  let instances: string[];

  beforeAll(async () => {
    redis = await startRedis({
      dir,
      name: 'redis',
      password: 'p',
      cache: join(workspaceRoot(), '.lab/cache'),
    });
    const coreApi = {
      ...{ REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'two:', SESSIONS_PER_USER: '3' },
      ...{ RATE_LIMIT_MAX_REQUESTS: String(MOST), RATE_LIMIT_WINDOW_MS: '3600000' },
      ...{ RATE_LIMIT_ADDRESS_FACTOR: '1000', RATE_LIMIT_PUBLIC: '3/3600' },
    };
    platform = await startPlatform({ patients: 3, environment: { coreApi } });
    instances = [platform.coreApi, await platform.startSecond()];
    first = platform.organizations[0]!;
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await redis?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const said = async (
    instance: string,
    token: string | undefined,
    path: string,
    address = '198.51.100.9',
  ) => {
    const answer = await new Caller(instance, token).get(path).set('X-Forwarded-For', address);
    return {
      headers: answer.headers,
      word: `${answer.status} ${(answer.body as { code?: string }).code ?? ''}`,
    };
  };
  const everywhere = (token: string | undefined, path: string) =>
    Promise.all(instances.map(async (instance) => (await said(instance, token, path)).word));
  const signIn = (sessionId: string) => platform.token({ ...personOf(first, 'patient'), sessionId });

  it('know the same sessions: begun at one, used at the other, ended at one and over at both', async () => {
    const token = signIn('sess_shared');
    const [one, two] = instances.map((instance) => new Caller(instance, token)) as [Caller, Caller];
    await one.get('/v1/me').expect(200);
    const sessions = (await two.get('/v1/me/sessions').expect(200)).body.data as MySession[];
    const { id } = sessions.find(({ current }) => current)!;
    await one.to('delete', `/v1/me/sessions/${id}`).expect(204);
    expect(await everywhere(token, '/v1/patients')).toEqual(['401 session_revoked', '401 session_revoked']);
  });

  it('count the sessions of a user together: one too many ends the one that was used longest ago', async () => {
    const tokens = ['a', 'b', 'c', 'd'].map((name) => signIn(`sess_limit_${name}`));
    for (const [turn, token] of tokens.entries())
      expect((await said(instances[turn % 2]!, token, '/v1/me')).word).toBe('200 ');
    expect(await everywhere(tokens[0]!, '/v1/me')).toEqual(['401 session_revoked', '401 session_revoked']);
    expect(await everywhere(tokens[3]!, '/v1/me')).toEqual(['200 ', '200 ']);
  });

  it('count the requests of a user together', async () => {
    const { tokens } = platform.organizations[1]!;
    const left = async (turn: number) => {
      const { headers } = await said(instances[turn % 2]!, tokens.compliance, '/v1/me', `203.0.113.${turn}`);
      return Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
    };
    // On a busy machine a request may go on uncounted; it then carries no RateLimit.
    let rest: number | undefined;
    for (let turn = 0; turn < 3 * MOST && rest !== 0; turn += 1) rest = await left(turn);
    await eventually(
      () => everywhere(tokens.compliance, '/v1/me'),
      (words) => words.every((word) => word === '429 rate_limited'),
    );
    expect(await everywhere(tokens.assistant, '/v1/me')).toEqual(['200 ', '200 ']);
  }, 60_000);

  it('count the requests of an address to what is public together', async () => {
    const words = [];
    for (let turn = 0; turn < 4; turn += 1)
      words.push((await said(instances[turn % 2]!, undefined, RESOLVE, '198.51.100.77')).word);
    expect(words).toEqual([...Array<string>(3).fill('404 not_found'), '429 rate_limited']);
  });

  it('go on for who is signed in when Redis is killed; what is public and limited closes, and nothing opens', async () => {
    const [alive, over] = [signIn('sess_alive'), signIn('sess_over')];
    for (const token of [alive, over]) await everywhere(token, '/v1/me');
    redis.kill('SIGKILL');
    await redis.exited;
    expect(await everywhere(alive, '/v1/patients')).toEqual(['200 ', '200 ']);
    expect(await everywhere(first.tokens.org_admin, '/v1/api-keys')).toEqual(['200 ', '200 ']);
    expect(await everywhere(undefined, RESOLVE)).toEqual(
      Array<string>(2).fill('503 rate_limits_unavailable'),
    );
    expect(await everywhere(undefined, '/v1/patients')).toEqual(Array<string>(2).fill('401 unauthenticated'));
    expect(await everywhere('not.a.token', '/v1/patients')).toEqual(
      Array<string>(2).fill('401 token_invalid'),
    );
    expect(await everywhere(first.tokens.patient, '/v1/audit-logs')).toEqual(
      Array<string>(2).fill('403 forbidden'),
    );
    // A session that is ended now is over at both: PostgreSQL says so, not Redis.
    const sessions = (await new Caller(instances[0]!, over).get('/v1/me/sessions').expect(200)).body.data;
    const { id } = (sessions as MySession[]).find(({ current }) => current)!;
    await new Caller(instances[1]!, over).to('delete', `/v1/me/sessions/${id}`).expect(204);
    expect(await everywhere(over, '/v1/me')).toEqual(['401 session_revoked', '401 session_revoked']);
    expect(await everywhere(undefined, '/health/live')).toEqual(['200 ', '200 ']);
  }, 60_000);
});
