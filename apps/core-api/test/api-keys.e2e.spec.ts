import type { ApiKey, AuditEvent, IssuedApiKey } from '@restartix/contracts';
import type { Database } from '@restartix/database';
import { mintApiKey } from '@restartix/tenancy';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import request from 'supertest';
import { caller, Caller, eventsOf, eventually, requestId } from './api';

const HOUR_MS = 3_600_000;
const SCOPES = ['patient:read', 'patient:update', 'appointment:read'];

describe('API keys', () => {
  let platform: Platform;
  let main: Database;
  let first: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let admin: Caller;
  let compliance: Caller;
  let other: string;

  beforeAll(async () => {
    const coreApi = { API_KEY_USES_SECONDS: '1', RATE_LIMIT_MAX_REQUESTS: '60', STEP_UP_MINUTES: '60' };
    platform = await startPlatform({ patients: 3, environment: { coreApi } });
    [first, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    admin = caller(platform, first.tokens.org_admin);
    compliance = caller(platform, first.tokens.compliance);
    [main, other] = await Promise.all([
      platform.superuser('main'),
      platform.startSecond({ API_KEY_USES_SECONDS: '3600' }),
    ]);
  }, 120_000);

  afterAll(async () => {
    await main?.close();
    await platform?.stop();
  });

  const make = async (body: object = {}, as = admin): Promise<IssuedApiKey> =>
    (await as.post('/v1/api-keys', { label: 'Laboratory', scopes: SCOPES, ...body }).expect(201)).body
      .data as IssuedApiKey;
  const using = ({ key }: Pick<IssuedApiKey, 'key'>) => caller(platform, key);
  const refusalOf = async (
    { key }: Pick<IssuedApiKey, 'key'>,
    path = '/v1/patients',
    to = platform.coreApi,
  ) => {
    const answer = await new Caller(to, key).get(path);
    return `${answer.status} ${(answer.body as { code?: string }).code ?? ''}`;
  };
  const listed = async (id: string) =>
    ((await admin.get('/v1/api-keys').expect(200)).body.data as ApiKey[]).find((key) => key.id === id)!;

  it('reads and changes what its scopes name, in its organization only, with its id on every event', async () => {
    const issued = await make();
    const path = `/v1/patients/${first.patients[0]}`;
    const read = await using(issued).get(path).expect(200);
    expect(read.body.data).not.toHaveProperty('date_of_birth'); // what an administrator may see of a patient
    const changed = await using(issued).patch(path, { phone: '+40711000333' }).expect(200);
    await using(issued).get(`/v1/patients/${second.patients[0]}`).expect(404);
    for (const answer of [read, changed]) {
      const [event] = await eventsOf(compliance, requestId(answer), 1);
      expect(event).toMatchObject({ user_id: first.users.org_admin, user_role: 'org_admin' });
      expect(event!.details).toMatchObject({ api_key_id: issued.id });
    }
    const denied = await using(issued).get('/v1/audit-logs').expect(403);
    expect(denied.body.code).toBe('api_key_scope_missing');
    const [denial] = await eventsOf(compliance, requestId(denied), 1);
    expect(denial).toMatchObject({ action: 'deny', details: { api_key_id: issued.id } });
  });

  it('is closed to everything about oneself, to any member, and to handling keys', async () => {
    const issued = await make();
    for (const path of ['/v1/me', '/v1/me/sessions', '/v1/second-factors', '/v1/api-keys'])
      expect([path, await refusalOf(issued, path)]).toEqual([path, '403 api_key_scope_missing']);
    const scopes = ['api_key:create'];
    const refused = await admin.post('/v1/api-keys', { label: 'x', scopes }).expect(400);
    expect(JSON.stringify(refused.body.errors)).toContain('scopes');
    await admin.post('/v1/api-keys', { label: 'x', scopes: ['legal_hold:create'] }).expect(400);
  });

  it('is made with a fresh second factor, by an administrator, and refused for any other', async () => {
    const stale = platform.token({
      ...personOf(first, 'org_admin'),
      sessionId: 'sess_stale',
      overrides: { iat: Math.floor(Date.now() / 1000) - 2, fva: [120, 120] },
    });
    const body = { label: 'x', scopes: SCOPES };
    const refused = await caller(platform, stale).post('/v1/api-keys', body).expect(403);
    expect(refused.body.code).toBe('step_up_required');
    for (const role of ['patient', 'specialist', 'assistant', 'compliance'] as const)
      await caller(platform, first.tokens[role]).post('/v1/api-keys', body).expect(403);
    await compliance.get('/v1/api-keys').expect(200);
  });

  it('is shown once and stored nowhere, also not for a repeated request', async () => {
    const body = { label: 'Once', scopes: SCOPES };
    const send = () => admin.post('/v1/api-keys', body).set('idempotency-key', 'once').expect(201);
    const [one, two] = [(await send()).body.data as IssuedApiKey, (await send()).body.data as IssuedApiKey];
    expect(one.id).not.toBe(two.id);
    expect(await listed(one.id)).not.toHaveProperty('key');
    expect(one.key.startsWith(one.prefix)).toBe(true);
    const secret = one.key.slice(one.prefix.length);
    const dump = JSON.stringify([
      await main.query('select * from api_keys'),
      await main.query('select * from idempotency_keys'),
      await main.query('select event from audit_outbox'),
      (await compliance.get('/v1/audit-logs?resource_type=api_key&page_size=100').expect(200)).body,
      platform.logs('coreApi'),
    ]);
    expect(dump).toContain(one.prefix.slice('rx_test_'.length));
    for (const part of [secret, secret.slice(0, 43)]) expect(dump).not.toContain(part);
    const [{ secret_index: hash }] = (await main.query<{ secret_index: string }>(
      'select secret_index from api_keys where id = $1',
      [one.id],
    )) as [{ secret_index: string }];
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const trail = await compliance.get('/v1/audit-logs?resource_type=api_key&page_size=100').expect(200);
    expect(JSON.stringify(trail.body)).not.toContain(hash);
  });

  it('that is none is refused: a forged one, one of another realm, half of one', async () => {
    const { key } = await make();
    for (const text of [
      mintApiKey('test').key,
      mintApiKey('live').key,
      key.slice(0, -1),
      `${key}a`,
      'rx_test_',
    ])
      expect(await refusalOf({ key: text })).toBe('401 api_key_invalid');
    // The right look-up with another secret.
    const { lookup } = mintApiKey('test');
    await main.query('update api_keys set lookup = $1 where lookup = $2', [lookup, key.slice(8, 19)]);
    expect(await refusalOf({ key })).toBe('401 api_key_invalid');
  });

  it('is revoked at once on every instance, and stays so', async () => {
    const issued = await make();
    for (const to of [platform.coreApi, other])
      expect(await refusalOf(issued, '/v1/patients', to)).toBe('200 ');
    const revoked = await admin.to('delete', `/v1/api-keys/${issued.id}`).expect(200);
    expect(revoked.body.data.revoked_at).not.toBeNull();
    for (const to of [other, platform.coreApi])
      expect(await refusalOf(issued, '/v1/patients', to)).toBe('401 api_key_revoked');
    await admin.to('delete', `/v1/api-keys/${issued.id}`).expect(200);
    await caller(platform, second.tokens.org_admin).to('delete', `/v1/api-keys/${issued.id}`).expect(404);
    await admin.post(`/v1/api-keys/${issued.id}/rotate`, {}).expect(409);
    const denied = await using(issued).get('/v1/patients').expect(401);
    const [denial] = await eventsOf(compliance, requestId(denied), 1);
    expect(denial).toMatchObject({ action: 'deny', details: { api_key_id: issued.id } });
  });

  it('never outlives the rights of who made it', async () => {
    const issued = await make();
    const [org, user] = [first.id, first.users.org_admin];
    const setRole = (role: string) =>
      main.query('update user_organizations set role = $3 where organization_id = $1 and user_id = $2', [
        ...[org, user, role],
      ]);
    await setRole('specialist');
    expect(await refusalOf(issued)).toBe('403 api_key_rights_lost');
    expect(await refusalOf(issued, '/v1/patients', other)).toBe('403 api_key_rights_lost');
    await setRole('org_admin');
    expect(await refusalOf(issued)).toBe('200 ');
    const [removed] = await main.query(
      'delete from user_organizations where organization_id = $1 and user_id = $2 returning *',
      [org, user],
    );
    expect(await refusalOf(issued)).toBe('403 api_key_rights_lost');
    await main.query(
      'insert into user_organizations select * from jsonb_populate_record(null::user_organizations, $1::jsonb)',
      [JSON.stringify(removed)],
    );
  });

  it('writes down its uses together: when it was last used, and one event that counts them', async () => {
    const issued = await make();
    expect((await listed(issued.id)).last_used_at).toBeNull();
    for (let count = 0; count < 5; count += 1) await using(issued).get('/v1/patients').expect(200);
    await eventually(
      () => listed(issued.id),
      ({ last_used_at }) => last_used_at !== null,
    );
    const uses = async () =>
      (await compliance.get('/v1/audit-logs?action=key_use&resource_type=api_key&page_size=100')).body
        .data as AuditEvent[];
    const counted = (events: AuditEvent[]) =>
      events
        .filter(({ resource_id }) => resource_id === issued.id)
        .reduce((sum, { details }) => sum + Number(details.count), 0);
    await eventually(uses, (events) => counted(events) === 5);
  });

  it('is limited by itself: another key of the organization goes on', async () => {
    const [busy, quiet] = [await make(), await make()];
    const answers = [];
    for (let count = 0; count < 61; count += 1) answers.push(await using(busy).get('/v1/clinics'));
    expect(answers.at(-1)!.status).toBe(429);
    expect(answers.at(-1)!.headers['retry-after']).toBeDefined();
    expect(answers[0]!.headers['ratelimit-policy']).toContain('"standard-user";q=60');
    expect((await using(quiet).get('/v1/patients')).status).toBe(200);
  }, 60_000);

  it('rotates: the old and the new are good together for the time that was said', async () => {
    const old = await make();
    const rotate = (id: string, body: object) => admin.post(`/v1/api-keys/${id}/rotate`, body);
    const next = (await rotate(old.id, { overlap_hours: 2 }).expect(201)).body.data as IssuedApiKey;
    expect(next).toMatchObject({ label: old.label, scopes: old.scopes, replaced_by: null });
    for (const key of [old, next]) expect(await refusalOf(key)).toBe('200 ');
    expect((await listed(old.id)).replaced_by).toBe(next.id);
    await rotate(old.id, {}).expect(409);
    const last = (await rotate(next.id, { overlap_hours: 0 }).expect(201)).body.data as IssuedApiKey;
    expect(await refusalOf(next)).toBe('401 api_key_expired');
    platform.clock.advance(2 * HOUR_MS);
    expect(await refusalOf(old)).toBe('401 api_key_expired');
    expect(await refusalOf(last)).toBe('200 ');
    platform.clock.advance(90 * 24 * HOUR_MS);
    expect(await refusalOf(last)).toBe('401 api_key_expired');
    const after = await request(platform.coreApi).get('/v1/patients').set('authorization', 'Bearer rx_');
    expect(after.status).toBe(401);
  });
});
