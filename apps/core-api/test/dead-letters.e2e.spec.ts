import type { AuditIntegrity, AuditLogEntry, DeadLetter, OrganizationDelivery } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventually, type Caller } from './api';
import { refusedEventOf } from './generated/things';

describe('audit events that the log refused', () => {
  let platform: Platform;
  let compliance: Caller;
  let stranger: Caller;

  beforeAll(async () => {
    platform = await startPlatform();
    [compliance, stranger] = platform.organizations.map(({ tokens }) =>
      caller(platform, tokens.compliance),
    ) as [Caller, Caller];
  }, 120_000);

  afterAll(() => platform?.stop());

  const first = () => platform.organizations[0]!;
  const letters = async (who: Caller) =>
    (await who.get('/v1/audit-dead-letters?page_size=100').expect(200)).body as {
      data: DeadLetter[];
      meta: { next_cursor: string | null };
    };
  const state = async (who: Caller) =>
    ((await who.get('/v1/audit-logs/integrity').expect(200)).body as { data: AuditIntegrity }).data;
  const entry = async (id: string) => {
    const answer = await compliance.get(`/v1/audit-logs/${id}`);
    return answer.status === 200 ? (answer.body as { data: AuditLogEntry }).data : undefined;
  };

  it('are mended, marked and sent again, and stand in the log exactly once', async () => {
    const id = await refusedEventOf(platform, first(), { details: { share: 1.5, route: 'GET /v1/x' } });
    const open = await letters(compliance);
    expect(open.data).toMatchObject([
      {
        event_id: id,
        reason: 'resource_type has the wrong form',
        details: ['route', 'share'],
        mended_at: null,
      },
    ]);
    expect(JSON.stringify(open)).not.toContain('1.5');
    expect((await letters(stranger)).data).toEqual([]);
    expect(await state(compliance)).toMatchObject({
      delivery: { dead_letters: 1 },
      alerts: [{ code: 'audit_dead_letters' }],
    });
    expect((await state(stranger)).delivery.dead_letters).toBe(0);

    const change = { resource_type: 'organization', drop_details: ['share'] };
    await stranger.patch(`/v1/audit-dead-letters/${id}`, change).expect(404);
    await compliance.patch(`/v1/audit-dead-letters/${id}`, {}).expect(400);
    await compliance.patch(`/v1/audit-dead-letters/${id}`, { user_id: null }).expect(400);
    const mended = await compliance.patch(`/v1/audit-dead-letters/${id}`, change).expect(200);
    expect(mended.body.data).toMatchObject({ resource_type: 'organization', details: ['mended', 'route'] });

    const nobody = await stranger.post('/v1/audit-dead-letters/replay', { event_ids: [id] }).expect(200);
    expect(nobody.body.data).toEqual({ replayed: 0 });
    const replay = await compliance.post('/v1/audit-dead-letters/replay', { event_ids: [id] }).expect(200);
    expect(replay.body.data).toEqual({ replayed: 1 });
    const stored = await eventually(
      () => entry(id),
      (found) => found !== undefined,
    );
    expect(stored).toMatchObject({
      event_id: id,
      resource_type: 'organization',
      details: {
        route: 'GET /v1/x',
        mended: { by: first().users.compliance, fields: ['details.share', 'resource_type'] },
      },
    });
    expect(stored?.details).not.toHaveProperty('share');
    expect((await letters(compliance)).data).toEqual([]);
    expect(await state(compliance)).toMatchObject({ delivery: { dead_letters: 0 }, alerts: [] });

    const main = await platform.superuser('main');
    try {
      const [kept] = await main.query<{ type: string; share: number; outbox: number }>(
        `select original ->> 'resource_type' as type, (original -> 'details' ->> 'share')::float8 as share
           from audit_dead_letters where event ->> 'event_id' = $1`,
        [id],
      );
      expect(kept).toEqual({ type: 'Organization!', share: 1.5 });
    } finally {
      await main.close();
    }
  });

  it('are sent again all at once, and refused again where they were not mended', async () => {
    const bad = await refusedEventOf(platform, first());
    const good = await refusedEventOf(platform, first(), { resource_type: 'organization' });
    const replay = await compliance.post('/v1/audit-dead-letters/replay', {}).expect(200);
    expect(replay.body.data).toEqual({ replayed: 2 });
    await eventually(
      () => entry(good),
      (found) => found !== undefined,
    );
    const again = await eventually(
      () => letters(compliance),
      ({ data }) => data.length === 1,
    );
    expect(again.data[0]).toMatchObject({ event_id: bad, mended_at: null });
    expect(await entry(bad)).toBeUndefined();
  });

  it('are open to compliance alone', async () => {
    for (const role of ['patient', 'specialist', 'assistant', 'org_admin'] as const) {
      await caller(platform, first().tokens[role]).get('/v1/audit-dead-letters').expect(403);
    }
    await caller(platform, platform.superadminToken).get('/v1/audit-dead-letters').expect(403);
  });

  it('are counted by organization, with what waits, for a superadmin, who sees no event', async () => {
    const superadmin = caller(platform, platform.superadminToken);
    const counts = async () =>
      (await superadmin.get('/v1/admin/audit-delivery').expect(200)).body.data as OrganizationDelivery[];
    const of = (organization: number, listed: OrganizationDelivery[]) =>
      listed.find(({ organization_id }) => organization_id === organization);
    const [one, two] = platform.organizations.map(({ id }) => id) as [number, number];
    await eventually(counts, (listed) => of(one, listed)?.waiting === 0 && of(two, listed) === undefined);
    await platform.kill('telemetryApi');
    try {
      for (const who of [compliance, compliance, stranger])
        await who.get('/v1/audit-dead-letters').expect(200);
      const listed = await counts();
      for (const entry of listed)
        expect(Object.keys(entry).sort()).toEqual([
          ...['dead_letters', 'oldest_seconds', 'organization_id', 'waiting'],
        ]);
      expect(of(one, listed)).toMatchObject({ dead_letters: 1 });
      expect(of(one, listed)!.waiting).toBeGreaterThanOrEqual(2);
      expect(of(two, listed)).toMatchObject({ dead_letters: 0 });
      expect(of(two, listed)!.waiting).toBeGreaterThanOrEqual(1);
      for (const { tokens } of platform.organizations)
        for (const token of Object.values(tokens))
          await caller(platform, token).get('/v1/admin/audit-delivery').expect(403);
    } finally {
      await platform.start('telemetryApi');
    }
    await eventually(counts, (listed) => of(two, listed) === undefined);
  });

  it('are counted in the metrics of core-api', async () => {
    const metrics = async () => (await fetch(platform.metrics.coreApi)).text();
    await eventually(metrics, (text) => /^audit_dead_letters_open 1$/m.test(text));
    const text = await metrics();
    expect(text).toMatch(/^audit_delivery_events_total\{outcome="delivered"\} [1-9]/m);
    expect(text).toMatch(/^audit_delivery_lag_seconds_count [1-9]/m);
    expect(text).toMatch(/^alerts_open\{code="audit_dead_letters",severity="error"\} 1$/m);
  });

  it('stay apart from a trail that is sealed, verified and delivered', async () => {
    const done = await eventually(
      () => state(compliance),
      ({ checkpoint, verification }) =>
        verification.verified > 0 && verification.verified === checkpoint?.size,
    );
    expect(done.verification.faults).toEqual([]);
  });
});
