import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

describe('a create with an idempotency key', () => {
  let platform: Platform;
  let desk: Caller;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 2 });
    desk = caller(platform, platform.organizations[0]!.tokens.assistant);
  }, 120_000);

  afterAll(() => platform?.stop());

  const create = (who: Caller, key: string, last_name = 'Once') =>
    who.post('/v1/patients', { first_name: 'Only', last_name }).set('Idempotency-Key', key);
  const found = async (who: Caller, last_name: string): Promise<number> =>
    (await who.post('/v1/patients/search', { last_name }).expect(200)).body.meta.total;

  it('is made once, and its answer repeated with its headers; showing it again is an access', async () => {
    const first = await create(desk, '"a-key"').expect(201);
    const second = await create(desk, '"a-key"').expect(201);
    expect(second.body).toEqual(first.body);
    expect([second.headers.etag, second.headers.location]).toEqual([
      first.headers.etag,
      first.headers.location,
    ]);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await found(desk, 'Once')).toBe(1);
    const compliance = caller(platform, platform.organizations[0]!.tokens.compliance);
    const events = await eventsOf(compliance, requestId(second), 1);
    expect(events).toMatchObject([
      { action: 'view', resource_type: 'patient', patient_id: first.body.data.id },
    ]);
  });

  it('is made by one of rivals with the same key, and told to all', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(desk, 'rivals', 'Rival')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
    expect(await found(desk, 'Rival')).toBe(1);
  });

  it('is refused for another request, and free for another caller', async () => {
    await create(desk, 'other', 'First').expect(201);
    const reused = await create(desk, 'other', 'Second').expect(422);
    expect(reused.body.code).toBe('idempotency_key_reused');
    for (const token of [
      platform.organizations[0]!.tokens.org_admin,
      platform.organizations[1]!.tokens.assistant,
    ])
      await create(caller(platform, token), 'other', 'Third').expect(201);
    await create(desk, 'ü').expect(400);
  });

  it('that failed has left nothing and may be tried again', async () => {
    const attempt = (body: object) => desk.post('/v1/patients', body).set('Idempotency-Key', 'again');
    await attempt({ first_name: 'Later', last_name: 'Later', date_of_birth: '1990-01-01' }).expect(403);
    await attempt({ first_name: 'Later', last_name: 'Later' }).expect(201);
    expect(await found(desk, 'Later')).toBe(1);
  });

  it('keeps no answer readable, and forgets it in the end', async () => {
    const owner = await platform.superuser('main');
    const rows = await owner.query<{ answer: string }>('select answer from idempotency_keys');
    expect(rows.length).toBeGreaterThan(3);
    for (const { answer } of rows) expect(answer).not.toMatch(/Only|Once|data/);
    await owner.query(
      `update idempotency_keys set expires_at = now() - interval '1 second' where key = 'a-key'`,
    );
    await owner.close();
    await create(desk, 'a-key').expect(201);
    expect(await found(desk, 'Once')).toBe(2);
  });
});
