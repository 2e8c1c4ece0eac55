import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import type { ExclusionsState, StartedExerciseSession } from '@restartix/contracts';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { startPlatform, type Platform } from '@restartix/testing';
import type { Response, Test } from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { Caller, caller, eventually } from './api';

/** Rounds of every door that the buffer takes; four doors knock in a round. */
const ROUNDS = 12;
const LIMIT = 4 * ROUNDS;
/** No answer may hang on something that is away; supertest fails the test after this long. */
const DEADLINE_MS = 10_000;
const NOWHERE = 'http://127.0.0.1:1/';
const MEDIA = '019a0000-0000-7000-8000-0000000000aa';

type Begun = StartedExerciseSession & { organization_id: number };

describe('with a part of the telemetry away', () => {
  const dir = mkdtempSync(join(tmpdir(), 'degradation-'));
  const redisOptions = { dir, name: 'redis', password: 'p', cache: join(workspaceRoot(), '.lab/cache') };
  let redis: Running;
  let platform: Platform;
  let clickhouse: ClickHouseClient;
  let usual: string[];

  beforeAll(async () => {
    redis = await startRedis(redisOptions);
    const coreApi = {
      REDIS_URL: redis.url,
      ANALYTICS_BUFFER_LIMIT: String(LIMIT),
      SERVICE_METRICS_INTERVAL_MS: '3600000', // the buffer is the spec's own
    };
    platform = await startPlatform({ environment: { coreApi } });
    clickhouse = createClient({ url: platform.urls.clickhouseUrl });
    usual = await care();
  }, 120_000);

  afterAll(async () => {
    await clickhouse?.close();
    await platform?.stop();
    await redis?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Patients who consented to everything: the second of each organization. */
  const patient = (organization: number): Caller => {
    const { slug, identityOrganization } = platform.organizations[organization]!;
    const token = platform.token({
      subject: `user_${slug}_patient_3`,
      organization: { id: identityOrganization, slug, role: 'patient' },
    });
    return caller(platform, token);
  };

  const begin = async (organization: number): Promise<Begun> => {
    const answer = await patient(organization).post('/v1/exercise-sessions', {}).timeout(DEADLINE_MS);
    expect(answer.status).toBe(201);
    const organization_id = platform.organizations[organization]!.id;
    return { ...(answer.body as { data: StartedExerciseSession }).data, organization_id };
  };

  /** What is asked all day, and its answers word by word. */
  const care = async (): Promise<string[]> => {
    const answers: string[] = [];
    for (const { tokens, patients } of platform.organizations) {
      const specialist = caller(platform, tokens.specialist);
      const change = { recording_consent: true };
      const written = await specialist.patch(`/v1/patients/${patients[0]}`, change).timeout(DEADLINE_MS);
      answers.push(`PATCH ${written.status}`);
      for (const path of [
        '/v1/me',
        `/v1/patients/${patients[1]}`,
        '/v1/patients?page_size=5',
        '/v1/appointments?page_size=5',
        '/v1/specialists',
      ]) {
        const { status, body } = await specialist.get(path).timeout(DEADLINE_MS);
        answers.push(`${path} ${status} ${JSON.stringify(body)}`);
      }
    }
    return answers;
  };
  const now = () => new Date().toISOString();
  /** One knock at every door of the analytics, each a promise of its answer. */
  const doors = (session: Begun, organization: number, round: number): Record<string, Test> => {
    const { id: session_id, organization_id, telemetry } = session;
    const own = { organization_id, session_id };
    const door = new Caller(platform.coreApi, telemetry.token);
    const timestamp = new Date(Date.parse(session.started_at) + round * 1000).toISOString();
    const all = {
      events: patient(organization).post('/v1/telemetry/events', {
        events: [{ name: 'screen.opened', timestamp: now(), properties: { screen: `round_${round}` } }],
      }),
      errors: patient(organization).post('/v1/telemetry/errors', {
        errors: [{ kind: 'video', code: 'MEDIA_ERR_NETWORK', timestamp: now(), http_status: 500 + round }],
      }),
      media: door.post('/v1/telemetry/media/events', {
        ...own,
        events: [{ event: 'heartbeat', media_id: MEDIA, timestamp, data: { bitrate: 1000 + round } }],
      }),
      pose: door.post('/v1/telemetry/pose/frames', {
        ...own,
        batches: [
          {
            batch_seq: round,
            started_at: timestamp,
            landmark_count: 1,
            value_count: 1,
            frames: [{ offset_ms: 0, landmarks: [round] }],
          },
        ],
      }),
    };
    return Object.fromEntries(Object.entries(all).map(([name, test]) => [name, test.timeout(DEADLINE_MS)]));
  };

  const rows = async <R>(query: string, query_params: Record<string, unknown> = {}): Promise<R[]> =>
    (await clickhouse.query({ query, query_params, format: 'JSONEachRow' })).json<R>();

  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(platform.metrics.coreApi)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(name));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  /** A session whose own event has landed, so that the buffer is empty. */
  const settled = async (organization: number): Promise<Begun> => {
    const query = `select count() as n from analytics_events where name = 'exercise_session.started'`;
    const landed = async () => Number((await rows<{ n: string }>(query))[0]!.n);
    const before = await landed();
    const begun = await begin(organization);
    await eventually(landed, (count) => count > before, 30_000);
    await eventually(
      () => metric('telemetry_buffer_depth'),
      (depth) => depth === 0,
    );
    return begun;
  };

  /** What one session and the events since a moment left in the tables. */
  const stored = async (session: Begun, since: string) => {
    const poses = await rows<{ batch_seq: number; landmarks: number[] }>(
      `select batch_seq, landmarks from pose_frames final where session_id = {id:UUID}
        order by received_at, batch_seq`,
      { id: session.id },
    );
    const [media] = await rows<{ heartbeats: Record<string, number> }>(
      'select heartbeats from media_sessions final where session_id = {id:UUID}',
      { id: session.id },
    );
    const known = { organization: session.organization_id, since: since.replace('T', ' ').replace('Z', '') };
    const screens = await rows<{ screen: string }>(
      `select properties['screen'] as screen from analytics_events final
        where organization_id = {organization:UInt32} and name = 'screen.opened' and received_at >= {since:DateTime64(3, 'UTC')}
        order by received_at`,
      known,
    );
    const faults = await rows<{ http_status: number }>(
      `select http_status from error_events final
        where organization_id = {organization:UInt32} and received_at >= {since:DateTime64(3, 'UTC')} order by received_at`,
      known,
    );
    return {
      poses: poses.map(({ batch_seq, landmarks }) => [batch_seq, landmarks[0]]),
      heartbeats: Object.entries(media?.heartbeats ?? {})
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, bitrate]) => Number(bitrate)),
      screens: screens.map(({ screen }) => screen),
      faults: faults.map(({ http_status }) => http_status),
    };
  };
  /** The same, of so many rounds: each once, in the order it was handed in. */
  const inOrder = (rounds: number) => {
    const each = Array.from({ length: rounds }, (_, round) => round);
    return {
      poses: each.map((round) => [round, round]),
      heartbeats: each.map((round) => 1000 + round),
      screens: each.map((round) => `round_${round}`),
      faults: each.map((round) => 500 + round),
    };
  };
  const isAll = (found: Awaited<ReturnType<typeof stored>>, rounds: number) =>
    Object.values(found).every((list) => list.length >= rounds);

  const away: [string, { cut(): Promise<void>; mend(): Promise<void> }][] = [
    [
      'telemetry-api',
      {
        cut: () => platform.kill('telemetryApi'),
        mend: () => platform.start('telemetryApi'),
      },
    ],
    [
      'ClickHouse',
      {
        cut: async () => {
          await platform.kill('telemetryApi');
          await platform.start('telemetryApi', { CLICKHOUSE_URL: NOWHERE });
        },
        mend: async () => {
          await platform.kill('telemetryApi');
          await platform.start('telemetryApi', { CLICKHOUSE_URL: platform.urls.clickhouseUrl });
        },
      },
    ],
  ];

  it.each(away)(
    '(%s) care answers as always; the buffer takes its limit and no more; nothing it took is lost or out of order',
    async (_, { cut, mend }) => {
      const begun = await settled(1);
      const since = now();
      await cut();
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [door, knock] of Object.entries(doors(begun, 1, round)))
          expect([door, (await knock).status]).toEqual([door, 202]);
      }
      expect(await metric('telemetry_buffer_depth')).toBe(LIMIT);
      for (const [door, knock] of Object.entries(doors(begun, 1, ROUNDS))) {
        const { status, body, headers } = (await knock) as Response & { body: { code: string } };
        expect([door, status, body.code]).toEqual([door, 429, 'rate_limited']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      }
      expect(await care()).toEqual(usual);
      // What nobody waits for is dropped and counted; the patient's session begins all the same.
      const dropped = await metric('telemetry_items_dropped_total');
      await begin(1);
      await eventually(
        () => metric('telemetry_items_dropped_total'),
        (now) => now === dropped + 1,
      );
      expect(await metric('telemetry_buffer_depth')).toBe(LIMIT);

      await mend();
      const found = await eventually(
        () => stored(begun, since),
        (answer) => isAll(answer, ROUNDS),
        60_000,
      );
      expect(found).toEqual(inOrder(ROUNDS));
      await eventually(
        () => metric('telemetry_buffer_depth'),
        (depth) => depth === 0,
      );
    },
    120_000,
  );

  it('(Redis) every door says so within a deadline, care answers as always, and all goes on when it is back', async () => {
    const begun = await settled(0);
    await redis.stop();
    for (const [door, knock] of Object.entries(doors(begun, 0, 0))) {
      const { status, body } = (await knock) as Response & { body: { code: string } };
      expect([door, status]).toEqual([door, 503]);
      expect(['queue_unavailable', 'rate_limits_unavailable']).toContain(body.code);
    }
    expect(await care()).toEqual(usual);
    const dropped = await metric('telemetry_items_dropped_total');
    await begin(0);
    await eventually(
      () => metric('telemetry_items_dropped_total'),
      (now) => now === dropped + 1,
    );
    redis = await startRedis({ ...redisOptions, port: redis.port });
    const takes = async () => (await doors(begun, 0, 0).media!).status;
    await eventually(takes, (status) => status === 202, 30_000);
    await eventually(
      () => stored(begun, now()),
      ({ heartbeats }) => heartbeats.length === 1,
      30_000,
    );
  }, 90_000);

  it('(the geo database) rows are stored without a country, and care answers as always', async () => {
    await platform.kill('telemetryApi');
    await platform.start('telemetryApi', { GEOIP_DATABASE_PATH: join(dir, 'no.mmdb') });
    const begun = await begin(0);
    for (const [door, knock] of Object.entries(doors(begun, 0, 0)))
      expect([door, (await knock.set('x-forwarded-for', '216.160.83.57')).status]).toEqual([door, 202]);
    expect(await care()).toEqual(usual);
    const places = () =>
      rows(`select country, region from media_sessions final where session_id = {id:UUID}`, { id: begun.id });
    expect(await eventually(places, ({ length }) => length === 1, 30_000)).toEqual([
      { country: 'unknown', region: 'unknown' },
    ]);
  }, 60_000);

  it('(the provider of exclusions) the last list stays in force, its age is shown, and past two weeks there is an alert', async () => {
    const telemetry = await platform.superuser('telemetry');
    const sync = uuidv7();
    await telemetry.query(
      `insert into privacy.ccpa_exclusions (network, exclusion_type, provider, last_sync_id)
       values ('198.51.100.16/31', 'ccpa', 'maxmind', $1), ('2001:db8:1:2::/64', 'ccpa', 'maxmind', $1)`,
      [sync],
    );
    await telemetry.query(
      `insert into privacy.exclusion_syncs (sync_id, provider, started_at, finished_at, status, added)
       values ($1, 'maxmind', now() - interval '15 days', now() - interval '15 days', 'succeeded', 2)`,
      [sync],
    );
    await telemetry.close();
    await platform.kill('telemetryApi');
    await platform.start('telemetryApi', {
      MAXMIND_ACCOUNT_ID: '1234',
      MAXMIND_LICENSE_KEY: 'license',
      MAXMIND_API_URL: NOWHERE,
      MAXMIND_DOWNLOAD_URL: NOWHERE,
    });
    const state = async () =>
      (await caller(platform, platform.superadminToken).get('/v1/admin/privacy-exclusions').expect(200)).body
        .data as ExclusionsState;
    expect(await eventually(state, ({ last_failure }) => last_failure !== null)).toMatchObject({
      is_configured: true,
      is_stale: true,
      networks: 2,
      age_seconds: expect.closeTo(15 * 86_400, -3),
    });
    const alerts = async () => (await fetch(platform.metrics.telemetryApi)).text();
    await eventually(alerts, (text) =>
      /^alerts_open\{code="privacy_exclusions_stale",severity="error"\} 1$/m.test(text),
    );
    expect(platform.logs('telemetryApi')).toContain('privacy_exclusions_stale');

    const begun = await begin(0);
    const codes = { '198.51.100.17': 'Inside', '2001:db8:1:2:ffff::1': 'Inside', '198.51.100.18': 'Outside' };
    for (const [address, code] of Object.entries(codes))
      await patient(0)
        .post('/v1/telemetry/errors', { errors: [{ kind: 'app', code, timestamp: begun.started_at }] })
        .set('x-forwarded-for', address)
        .expect(202);
    const found = () =>
      rows<{ code: string }>(`select code from error_events where code in ('Inside', 'Outside')`);
    expect(await eventually(found, ({ length }) => length > 0, 30_000)).toEqual([{ code: 'Outside' }]);
  }, 60_000);

  it('takes whatever comes at once below its limit, loses nothing of it, and refuses what is above', async () => {
    await platform.kill('telemetryApi');
    const many = Array.from({ length: LIMIT + 30 }, (_, index) =>
      patient(1).post('/v1/telemetry/events', {
        events: [{ name: 'burst.event', timestamp: now(), event_id: uuidv7(), properties: { sets: index } }],
      }),
    );
    const answers = await Promise.all(many);
    const taken = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status === 429);
    expect(taken.length + refused.length).toBe(LIMIT + 30);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThanOrEqual(LIMIT);
    for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await platform.start('telemetryApi');
    const ids = taken.map(
      ({ body }) => (body as { data: { results: { event_id: string }[] } }).data.results[0]!.event_id,
    );
    const found = async () =>
      (
        await rows<{ event_id: string }>(`select event_id from analytics_events where name = 'burst.event'`)
      ).map(({ event_id }) => event_id);
    const landed = await eventually(found, ({ length }) => length >= taken.length, 60_000);
    expect(landed.sort()).toEqual(ids.sort());
  }, 90_000);
});
