import { gzipSync } from 'node:zlib';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import type {
  AnalyticsConsent,
  CallQualityRow,
  CallSession,
  SessionItemsReceipt,
  StartedExerciseSession,
} from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import request from 'supertest';
import { writePoseBytes } from '../src/operations/session-doors/pose-bytes.policy';
import { caller, eventually, eventsOf, requestId } from './api';

const MEDIA = '019a0000-0000-7000-8000-0000000000aa';
const CLIENT = '216.160.83.57'; // of MaxMind's test networks: US, Washington

describe('an exercise session', () => {
  let platform: Platform;
  let clickhouse: ClickHouseClient;

  beforeAll(async () => {
    platform = await startPlatform({ environment: { coreApi: { WITHDRAWAL_SETTLE_SECONDS: '3' } } });
    clickhouse = createClient({ url: platform.urls.clickhouseUrl });
  }, 120_000);
  afterAll(async () => {
    await clickhouse?.close();
    await platform?.stop();
  });

  const rows = async <R = Record<string, unknown>>(table: string): Promise<R[]> =>
    (await clickhouse.query({ query: `select * from ${table} final`, format: 'JSONEachRow' })).json<R>();
  const count = async (table: string) => (await rows(table)).length;

  /** A patient by place: their consent is 2 or 3 in turn, and the last one has none. */
  const patient = (organization: number, index: number) => {
    const { slug, identityOrganization, tokens } = platform.organizations[organization]!;
    if (index === 0) return caller(platform, tokens.patient);
    return caller(
      platform,
      platform.token({
        subject: `user_${slug}_patient_${index}`,
        organization: { id: identityOrganization, slug, role: 'patient' },
      }),
    );
  };
  const begin = async (organization: number, index: number) => {
    const answer = await patient(organization, index)
      .post('/v1/exercise-sessions', { exercises_planned: 4 })
      .expect(201);
    return {
      ...(answer.body.data as StartedExerciseSession),
      organization_id: platform.organizations[organization]!.id,
    };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const knock = (path: string, token: string) =>
    request(platform.coreApi)
      .post(`/v1/telemetry/${path}`)
      .set('authorization', `Bearer ${token}`)
      .set('x-forwarded-for', CLIENT)
      .set(
        'user-agent',
        'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1',
      );
  const media = ({ id, organization_id, telemetry }: Begun, events: object[]) =>
    knock('media/events', telemetry.token).send({ organization_id, session_id: id, events });
  const event = (name: string, seconds: number, data: object = {}) => ({
    event: name,
    media_id: MEDIA,
    timestamp: new Date(Date.now() + seconds * 1000).toISOString(),
    data,
  });
  const poseBytes = ({ id, organization_id }: Begun, batch_seq: number) =>
    writePoseBytes({
      organizationId: organization_id,
      sessionId: id,
      item: {
        batch_seq,
        started_at: new Date().toISOString(),
        landmark_count: 33,
        value_count: 4,
        offsets_ms: [0, 33],
        landmarks: Buffer.from(
          Float32Array.from({ length: 264 }, (_, n) => n / 1000 + batch_seq).buffer,
        ).toString('base64'),
      },
    });

  it('is begun by a patient only, is recorded, and ends once', async () => {
    const { tokens } = platform.organizations[0]!;
    for (const role of ['specialist', 'assistant', 'org_admin', 'compliance'] as const)
      await caller(platform, tokens[role]).post('/v1/exercise-sessions', {}).expect(403);
    const session = await begin(0, 0);
    expect(session.telemetry.token).toMatch(/^v1\.[\w-]+\.[\w-]+$/);
    const path = `/v1/exercise-sessions/${session.id}/end`;
    const ended = await patient(0, 0)
      .post(path, { outcome: 'completed', exercises_completed: 3 })
      .expect(200);
    expect(ended.body.data).toMatchObject({
      outcome: 'completed',
      exercises_planned: 4,
      exercises_completed: 3,
    });
    await patient(0, 0).post(path, { outcome: 'completed' }).expect(200);
    await patient(0, 0).post(path, { outcome: 'abandoned' }).expect(409);
    await patient(1, 0).post(path, { outcome: 'completed' }).expect(404);
    await patient(0, 1).post(path, { outcome: 'completed' }).expect(404);
    const events = await eventsOf(caller(platform, tokens.compliance), requestId(ended), 1);
    expect(events).toMatchObject([
      { action: 'update', resource_type: 'exercise_session', patient_id: session.patient_id },
    ]);
    const names = async () =>
      (await rows<{ name: string; organization_id: number }>('analytics_events')).map(({ name }) => name);
    await eventually(names, (found) => found.includes('exercise_session.completed'));
    expect((await names()).filter((name) => name === 'exercise_session.completed')).toHaveLength(1);
  });

  it('hands in what its player tells: a result per event, one row per video, whatever the order', async () => {
    const session = await begin(0, 1);
    const other = await begin(1, 1);
    const events = [
      event('session_end', 40, { outcome: 'completed', position: 38 }),
      event('buffering_end', 12, { stall: 0, duration_ms: 900 }),
      event('session_start', 0, { ttfb_ms: 280, total_duration_seconds: 40, connection_type: '4g' }),
      event('heartbeat', 10, { bitrate: 2_000_000, position: 10 }),
      event('buffering_start', 11, { stall: 0, position: 11 }),
      event('milestone', 20, { milestone: 50 }),
      event('error', 21, { code: 'fragLoadTimeOut' }),
    ];
    const receipt = (await media(session, [...events, { event: 'dance', user: 'Ana' }]).expect(202)).body
      .data as SessionItemsReceipt;
    expect(receipt.session_id).toBe(session.id);
    expect(receipt.accepted).toBe(7);
    expect(receipt.results.map(({ status }) => status)).toEqual([
      ...Array<string>(7).fill('accepted'),
      'refused',
    ]);
    expect(receipt.results[7]?.errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['user', 'event', 'media_id', 'timestamp']),
    );
    await media(session, [...events].reverse()).expect(202);
    await media(other, [events[2]!]).expect(202);
    await eventually(
      () => count('media_sessions'),
      (found) => found === 2,
    );
    const [row] = (await rows('media_sessions')).filter(({ session_id }) => session_id === session.id);
    expect(row).toMatchObject({
      organization_id: session.organization_id,
      ttfb_ms: 280,
      outcome: 2,
      milestones: 2,
      connection_type: '4g',
      stalls: { 0: 900 },
      ip_truncated: '216.160.83.0',
      country: 'US',
      region: 'WA',
      device_class: 'tablet',
      browser_family: 'Safari',
    });
    expect(Object.values(row!.heartbeats as object)).toEqual([2_000_000]);
    await expect(rows('media_buffering_events')).resolves.toMatchObject([{ stall: 0, duration_ms: 900 }]);
  });

  it('hands in poses as gzipped bytes and as JSON; a batch that comes twice is one, in the order of its number', async () => {
    const session = await begin(0, 1);
    const binary = (bytes: Buffer) =>
      knock('pose/frames', session.telemetry.token)
        .set('content-type', 'application/octet-stream')
        .set('content-encoding', 'gzip')
        .send(gzipSync(bytes));
    for (const sequence of [2, 0, 0]) await binary(poseBytes(session, sequence)).expect(202);
    const frames = [0, 33].map((offset_ms) => ({ offset_ms, landmarks: [0.5, 0.25] }));
    const batch = { started_at: new Date().toISOString(), landmark_count: 1, value_count: 2, frames };
    const body = { organization_id: session.organization_id, session_id: session.id };
    const mixed = await knock('pose/frames', session.telemetry.token)
      .send({
        ...body,
        batches: [
          { ...batch, batch_seq: 1 },
          { ...batch, batch_seq: 3, value_count: 3 },
        ],
      })
      .expect(202);
    expect(mixed.body.data.results.map(({ status }: { status: string }) => status)).toEqual([
      'accepted',
      'refused',
    ]);
    await binary(Buffer.from('no batch')).expect(400);
    await binary(poseBytes({ ...session, organization_id: session.organization_id + 1 }, 0)).expect(403);
    await eventually(
      () => count('pose_frames'),
      (found) => found === 3,
    );
    const stored = await rows<{ batch_seq: number; landmarks: number[]; frame_count: number }>('pose_frames');
    expect(stored.map(({ batch_seq }) => batch_seq).sort()).toEqual([0, 1, 2]);
    expect(stored.find(({ batch_seq }) => batch_seq === 1)?.landmarks).toEqual([0.5, 0.25, 0.5, 0.25]);
    expect(stored.find(({ batch_seq }) => batch_seq === 2)).toMatchObject({ frame_count: 2 });
    expect(stored.find(({ batch_seq }) => batch_seq === 2)?.landmarks[263]).toBeCloseTo(2.263, 5);
  });

  it('opens its doors by its own token only', async () => {
    const session = await begin(0, 1);
    const other = await begin(1, 1);
    const events = [event('play', 0)];
    const own = { organization_id: session.organization_id, session_id: session.id, events };
    const send = (token: string, body: object = own) => knock('media/events', token).send(body);
    await send(platform.organizations[0]!.tokens.patient).expect(401);
    await send(session.telemetry.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))).expect(401);
    await request(platform.coreApi).post('/v1/telemetry/media/events').send(own).expect(401);
    await send(other.telemetry.token).expect(403);
    await send(session.telemetry.token, { ...own, organization_id: other.organization_id }).expect(403);
    await send(session.telemetry.token, { ...own, session_id: other.id }).expect(403);
    await send(session.telemetry.token, { ...own, events: [{}] }).expect(400);
    await caller(platform, session.telemetry.token).get('/v1/me').expect(401);
  });

  it('of a video call tells how it goes, and is asked about apart from videos', async () => {
    const [own, foreign] = platform.organizations;
    const appointment = own!.appointments.toConfirm[0]!;
    const path = `/v1/appointments/${appointment}/call-session`;
    await caller(platform, foreign!.tokens.specialist).post(path, {}).expect(404);
    for (const { id, tokens } of platform.organizations)
      await caller(platform, tokens.org_admin)
        .patch(`/v1/organizations/${id}`, { phone: `+4021555010${id}` })
        .expect(200);
    const opened = await patient(0, 0).post(path, {}).expect(200);
    const { session_id, media_id, telemetry, phone } = opened.body.data as CallSession;
    expect(phone).toBe(`+4021555010${own!.id}`); // where to call when the network is too bad
    expect(media_id).toBe(appointment);
    const told = (name: string, seconds: number, data: object) => ({
      ...event(name, seconds, data),
      media_id,
      media_type: 'call',
    });
    const ask = async <R>(index: number, question: string) =>
      (
        await caller(platform, platform.organizations[index]!.tokens.org_admin)
          .get(`/v1/telemetry/media/${question}/stats`)
          .expect(200)
      ).body.data as R[];
    const videos = await ask(0, 'sessions');
    const checked = await knock('media/events', telemetry.token)
      .send({
        organization_id: own!.id,
        session_id,
        events: [told('network_check', -9, { rtt_ms: 500, jitter_ms: 80, packet_loss: 0.2 })],
      })
      .expect(202);
    expect(checked.body.data.network_check).toMatchObject({ rating: 'poor', advice: 'phone' });
    const receipt = await knock('media/events', telemetry.token)
      .send({
        organization_id: own!.id,
        session_id,
        events: [
          told('network_check', -5, { rtt_ms: 90, jitter_ms: 4, packet_loss: 0.001 }),
          told('heartbeat', 10, { rtt_ms: 100, jitter_ms: 10, packet_loss: 0.02, bitrate: 900_000 }),
          told('heartbeat', 20, { rtt_ms: 300, jitter_ms: 20, packet_loss: 0, bitrate: 700_000 }),
        ],
      })
      .expect(202);
    expect(receipt.body.data.network_check).toMatchObject({ rating: 'good', advice: 'video' });
    const [row] = await eventually(
      () => ask<CallQualityRow>(0, 'calls'),
      ([today]) => today?.calls === 1,
    );
    expect(row).toMatchObject({
      ...{ calls: 1, participants: 1, good: 0, fair: 1, poor: 0, network_checks: 1, poor_checks: 0 },
      ...{ avg_rtt_ms: 200, avg_jitter_ms: 15, avg_packet_loss: 0.01, avg_bitrate: 800_000 },
    });
    expect(await ask(1, 'calls')).toEqual([]);
    expect(await ask(0, 'sessions')).toEqual(videos);
  });

  it('is collected as far as its patient agreed, and no further once they take it back', async () => {
    const me = patient(1, 3);
    const consent = async () =>
      (await me.get('/v1/me/analytics-consent').expect(200)).body.data as AnalyticsConsent;
    expect(await consent()).toMatchObject({ level: 3, policy_version: '2026-01', withdrawal: null });
    const session = await begin(1, 3);
    const before = await count('media_sessions');
    await media(session, [event('heartbeat', 0)]).expect(202);
    await eventually(
      () => count('media_sessions'),
      (found) => found === before + 1,
    );

    const change = await me
      .to('put', '/v1/me/analytics-consent')
      .send({ level: 0, policy_version: '2026-02' })
      .expect(200);
    expect(change.body.data).toMatchObject({
      level: 0,
      policy_version: '2026-02',
      withdrawal: { level: 0, removed_at: null },
    });
    const receipt = await eventually(consent, ({ withdrawal }) => withdrawal?.removed_at != null);
    // The session's own start was an event too.
    expect(receipt.withdrawal?.rows_removed).toBe(2);
    expect(await count('media_sessions')).toBe(before);
    // The token of before is still good, its consent is not.
    await media(session, [event('heartbeat', 10)]).expect(202);
    await media(await begin(0, 1), [event('heartbeat', 0)]).expect(202);
    await eventually(
      () => count('media_sessions'),
      (found) => found === before + 1,
    );
    await eventually(consent, ({ withdrawal }) => withdrawal?.confirmed_at != null, 20_000);
    expect((await rows('media_sessions')).filter(({ session_id }) => session_id === session.id)).toEqual([]);
    const telemetry = await platform.superuser('telemetry');
    const kept = await telemetry.query(
      'select organization_id, level, rows_removed from integrity.withdrawals',
    );
    await telemetry.close();
    expect(kept).toEqual([{ organization_id: session.organization_id, level: 0, rows_removed: 2 }]);
  }, 60_000);
});
