import type { ApiKey, AuditEvent, IssuedApiKey } from '@restartix/contracts';
import type { Database } from '@restartix/database';
import { mintApiKey } from '@restartix/tenancy';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventually, type Caller } from './api';

const HOUR_MS = 3_600_000;

describe('wrong API keys', () => {
  let platform: Platform;
  let main: Database;
  let first: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let admin: Caller;
  let compliance: Caller;

  beforeAll(async () => {
    const coreApi = { API_KEY_USES_SECONDS: '1', API_KEY_LOCK_AFTER: '10' };
    platform = await startPlatform({ patients: 3, environment: { coreApi } });
    [first, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    admin = caller(platform, first.tokens.org_admin);
    compliance = caller(platform, first.tokens.compliance);
    main = await platform.superuser('main');
  }, 120_000);

  afterAll(async () => {
    await main?.close();
    await platform?.stop();
  });

  const make = async (as = admin): Promise<IssuedApiKey> =>
    (await as.post('/v1/api-keys', { label: 'Laboratory', scopes: ['patient:read'] }).expect(201)).body
      .data as IssuedApiKey;
  const listed = async (id: string) =>
    ((await admin.get('/v1/api-keys').expect(200)).body.data as ApiKey[]).find((key) => key.id === id)!;
  const from = async (address: string, key: string) => {
    const answer = await caller(platform, key).get('/v1/patients').set('x-forwarded-for', address);
    return `${answer.status} ${(answer.body as { code?: string }).code ?? ''}`;
  };
  const alerts = async () =>
    Number(
      /^alerts_open\{code="api_key_locked_out",severity="warning"\} (\d)$/m.exec(
        await (await fetch(platform.metrics.coreApi)).text(),
      )?.[1] ?? 0,
    );

  it('from a network, lock that network out for an hour, and no other', async () => {
    const { key } = await make();
    expect(await alerts()).toBe(0);
    for (let count = 0; count < 10; count += 1)
      expect(await from('203.0.113.9', count % 2 ? mintApiKey('test').key : 'rx_test_half')).toBe(
        '401 api_key_invalid',
      );
    expect(await from('203.0.113.9', mintApiKey('test').key)).toBe('429 api_key_locked');
    expect(await from('203.0.113.9', key)).toBe('429 api_key_locked');
    const locked = await caller(platform, key).get('/v1/patients').set('x-forwarded-for', '203.0.113.9');
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(3_500);
    expect(await from('203.0.113.10', key)).toBe('200 ');
    expect(await alerts()).toBe(1);
    const [row] = await main.query<{ subject: string }>(
      `select subject from api_key_attempts where subject like 'network:%' and locked_until is not null`,
    );
    expect(row!.subject).not.toContain('203');
    platform.clock.advance(HOUR_MS);
    expect(await from('203.0.113.9', key)).toBe('200 ');
  });

  it('with the beginning of a key, lock that key out, but not from where it is used', async () => {
    const [issued, spared] = [await make(), await make()];
    const foreign = await make(caller(platform, second.tokens.org_admin));
    expect(await from('198.51.100.1', issued.key)).toBe('200 ');
    await eventually(
      () => listed(issued.id),
      ({ last_used_at }) => last_used_at !== null,
    );
    const setSecret = (index: string) =>
      main.query<{ old: string }>(
        `update api_keys k set secret_index = $2 from (select id, secret_index as old from api_keys where id = $1) was
          where k.id = was.id returning was.old`,
        [issued.id, index],
      );
    const [kept] = await setSecret('0'.repeat(64)); // from now on the key is a wrong one
    for (let count = 0; count < 10; count += 1)
      expect(await from(`203.0.113.${100 + count}`, issued.key)).toBe('401 api_key_invalid');
    expect(await from('198.51.100.1', issued.key)).toBe('429 api_key_locked');
    await setSecret(kept!.old);
    expect(await from('192.0.2.7', issued.key)).toBe('429 api_key_locked');
    expect(await from('198.51.100.1', issued.key)).toBe('200 ');
    for (const { key } of [spared, foreign]) expect(await from('192.0.2.7', key)).toBe('200 ');
    const denials = async (who: Caller) =>
      (
        (await who.get(`/v1/audit-logs?action=deny&resource_type=api_key&resource_id=${issued.id}`)).body as {
          data: AuditEvent[];
        }
      ).data;
    const [denial] = await eventually(
      () => denials(compliance),
      (events) => events.length === 1,
    );
    expect(denial).toMatchObject({
      success: false,
      details: { failure_reason: 'api_key_locked', locked: 'key' },
    });
    expect(await denials(caller(platform, second.tokens.compliance))).toEqual([]);
    platform.clock.advance(HOUR_MS);
    expect(await from('192.0.2.7', issued.key)).toBe('200 ');
  });
});
