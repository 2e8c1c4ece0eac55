import { randomUUID } from 'node:crypto';
import type { AnalyticsStatsRow, ItemsReceipt } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { caller, eventually } from './api';

const CLIENT_ADDRESS = '81.2.69.142';

describe('app usage', () => {
  let platform: Platform;
  let clickhouse: ClickHouseClient;

  beforeAll(async () => {
    platform = await startPlatform();
    clickhouse = createClient({ url: platform.urls.clickhouseUrl });
  }, 120_000);

  afterAll(async () => {
    await clickhouse?.close();
    await platform?.stop();
  });

  const rows = async (): Promise<Record<string, unknown>[]> => {
    const found = await clickhouse.query({
      query: 'select * from analytics_events final',
      format: 'JSONEachRow',
    });
    return found.json();
  };

  const track = (token: string, name: string, event: object = {}) =>
    caller(platform, token)
      .post('/v1/telemetry/events', { events: [{ name, timestamp: new Date().toISOString(), ...event }] })
      .set('X-Forwarded-For', CLIENT_ADDRESS);

  const countOf = async (token: string, name: string): Promise<number> => {
    const stats = (await caller(platform, token).get('/v1/telemetry/stats').expect(200)).body
      .data as AnalyticsStatsRow[];
    return stats.filter((row) => row.name === name).reduce((sum, row) => sum + row.count, 0);
  };

  it('of a consenting patient lands pseudonymised, and is counted for the own organization only', async () => {
    const [first, second] = platform.organizations;
    const receipt = await track(first!.tokens.patient, 'exercise.completed', {
      properties: { sets: 3, note: `mail ${first!.emails.patient}`, contact: '+40721234567' },
    }).expect(202);
    const [result] = (receipt.body as { data: ItemsReceipt }).data.results;
    expect(result).toMatchObject({ event_id: expect.any(String), status: 'accepted' });
    expect(result!.errors.map(({ field }) => field)).toEqual(['properties.note', 'properties.contact']);
    await eventually(
      () => countOf(first!.tokens.org_admin, 'exercise.completed'),
      (count) => count === 1,
    );
    expect(await countOf(second!.tokens.org_admin, 'exercise.completed')).toBe(0);
    const [row] = (await rows()).filter(({ name }) => name === 'exercise.completed');
    expect(row).toMatchObject({
      organization_id: first!.id,
      ip_truncated: expect.stringMatching(/^81\.2\.69\.0/),
    });
    const text = JSON.stringify(await rows());
    for (const secret of [
      first!.users.patient,
      first!.subjects.patient,
      first!.emails.patient,
      CLIENT_ADDRESS,
      '721234567',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(row!.actor_hash).toBeTruthy();
  });

  it('of someone who never consented is not stored', async () => {
    const [first] = platform.organizations;
    const last = first!.patients.length - 1;
    const silent = platform.token({
      subject: `user_${first!.slug}_patient_${last}`,
      organization: { id: first!.identityOrganization, slug: first!.slug, role: 'patient' },
    });
    await track(silent, 'session.unconsented').expect(202);
    await track(first!.tokens.patient, 'session.marker').expect(202);
    await eventually(
      () => countOf(first!.tokens.org_admin, 'session.marker'),
      (count) => count === 1,
    );
    expect(await countOf(first!.tokens.org_admin, 'session.unconsented')).toBe(0);
  });

  it('that is sent five times counts once', async () => {
    const [, second] = platform.organizations;
    const event_id = randomUUID();
    for (let times = 0; times < 5; times += 1)
      await track(second!.tokens.patient, 'plan.opened', { event_id }).expect(202);
    await track(second!.tokens.patient, 'plan.closed').expect(202);
    await eventually(
      () => countOf(second!.tokens.org_admin, 'plan.closed'),
      (count) => count === 1,
    );
    expect(await countOf(second!.tokens.org_admin, 'plan.opened')).toBe(1);
  });

  it('is judged event by event, and so are faults: what is wrong does not spoil the others', async () => {
    const { tokens } = platform.organizations[1]!;
    const timestamp = new Date().toISOString();
    const event_id = randomUUID();
    const bodies: [string, object, string][] = [
      [
        'events',
        {
          events: [
            { name: 'plan.read', timestamp },
            { event_id, name: 'Plan 7', timestamp, user: 'x' },
          ],
        },
        'name',
      ],
      [
        'errors',
        {
          errors: [
            { kind: 'app', code: 'AppCrash', timestamp },
            { event_id, kind: 'app', code: 'Ana: 0721234567', timestamp, user: 'x' },
          ],
        },
        'code',
      ],
    ];
    for (const [door, body, field] of bodies) {
      const answer = await caller(platform, tokens.patient).post(`/v1/telemetry/${door}`, body).expect(202);
      const { accepted, results } = (answer.body as { data: ItemsReceipt }).data;
      expect([door, accepted, results.map(({ status }) => status)]).toEqual([
        door,
        1,
        ['accepted', 'refused'],
      ]);
      expect(results[1]!.event_id).toBe(event_id);
      expect(results[1]!.errors.map((error) => error.field).sort()).toEqual([field, 'user']);
    }
    await eventually(
      () => countOf(tokens.org_admin, 'plan.read'),
      (count) => count === 1,
    );
  });

  it('is refused in bad form, and to those outside an organization', async () => {
    const { tokens } = platform.organizations[0]!;
    await track(tokens.patient, 'user 123').expect(400);
    await caller(platform, tokens.patient).post('/v1/telemetry/events', { events: [] }).expect(400);
    await track(tokens.patient, 'a.b', { properties: { nested: { a: 1 } } }).expect(400);
    await track(tokens.patient, 'a.b', { user_id: 'x' }).expect(400);
    await track(platform.superadminToken, 'a.b').expect(403);
    await caller(platform, tokens.patient).get('/v1/telemetry/stats').expect(403);
    await caller(platform, tokens.org_admin).get('/v1/telemetry/stats?from=2026-13-01').expect(400);
    await caller(platform, tokens.org_admin)
      .get('/v1/telemetry/stats?from=2026-02-01&to=2026-01-01')
      .expect(400);
  });
});
