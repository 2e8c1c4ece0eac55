import { v7 as uuidv7 } from 'uuid';
import { auditEvent, ingest } from './events';
import { Gate } from './gate';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let one: Instance;
let two: Instance;

beforeAll(async () => {
  telemetry = await Telemetry.create();
  one = await telemetry.start();
  two = await telemetry.start();
});
afterAll(() => telemetry.stop());
beforeEach(() =>
  telemetry.sql(
    'set session_replication_role = replica; truncate audit.audit_logs, integrity.leaves; reset session_replication_role',
  ),
);

const statuses = (results: { status: string }[]) => results.map(({ status }) => status);

/** Per organization, the platform aside: its leaf indexes in order, and how many rows and leaves go together. */
async function logs() {
  const rows = await telemetry.sql<{ organization_id: number; indexes: number[]; rows: number }>(
    `select leaf.organization_id, array_agg(leaf_index::int order by leaf_index) as indexes, count(row.event_id)::int as rows
     from integrity.leaves leaf
     left join audit.audit_logs row on row.event_id = leaf.event_id and row.organization_id = leaf.organization_id
     where leaf.organization_id > 0 group by 1 order by 1`,
  );
  const [{ count } = { count: -1 }] = await telemetry.sql<{ count: number }>(
    'select count(*)::int as count from audit.audit_logs where organization_id > 0',
  );
  return { organizations: rows, rows: count };
}

const upTo = (length: number) => Array.from({ length }, (_, index) => index);

describe('a batch', () => {
  it('is stored with a result per item in its order, and numbered per organization', async () => {
    const events = [1, 2, 1, 2, 1].map((organization_id) => auditEvent({ organization_id }));
    const results = await ingest(one, events);
    expect(results).toEqual(events.map(({ event_id }) => ({ event_id, status: 'stored' })));
    await expect(logs()).resolves.toEqual({
      organizations: [
        { organization_id: 1, indexes: upTo(3), rows: 3 },
        { organization_id: 2, indexes: upTo(2), rows: 2 },
      ],
      rows: 5,
    });
  });

  it('is stored once however often it is delivered, also within itself and in capitals', async () => {
    const event = auditEvent();
    const loud = { ...event, event_id: event.event_id.toUpperCase() };
    expect(statuses(await ingest(one, [event, loud, event]))).toEqual(['stored', 'duplicate', 'duplicate']);
    expect(statuses(await ingest(two, [event, auditEvent()]))).toEqual(['duplicate', 'stored']);
    expect((await logs()).organizations).toEqual([{ organization_id: 1, indexes: upTo(2), rows: 2 }]);
  });

  it('stores the good ones beside refused ones, and says which field is at fault without repeating it', async () => {
    const good = [auditEvent(), auditEvent({ organization_id: 2 })];
    const bad: [string, unknown][] = [
      ['event', 'no event'],
      ['event', null],
      ['event_id', auditEvent({ event_id: 'Anna Example' })],
      ['timestamp', auditEvent({ timestamp: '2026-01-01' })],
      ['organization_id', auditEvent({ organization_id: -1 })],
      ['organization_id', auditEvent({ organization_id: 2 ** 31 })],
      ['user_id', auditEvent({ user_id: 'Anna Example' })],
      ['user_email', { ...auditEvent(), user_email: 7 }],
      ['user_role', { ...auditEvent(), user_role: 'Anna Example' }],
      ['action', { ...auditEvent(), action: 'Anna Example' }],
      ['resource_type', auditEvent({ resource_type: 'Anna Example' })],
      ['resource_id', auditEvent({ resource_id: 'x'.repeat(200) })],
      ['patient_id', auditEvent({ patient_id: 'Anna Example' })],
      ['ip_address', auditEvent({ ip_address: 'Anna Example' })],
      ['user_agent', auditEvent({ user_agent: 'x'.repeat(2000) })],
      ['request_id', auditEvent({ request_id: 'x'.repeat(200) })],
      ['success', { ...auditEvent(), success: 'yes' }],
      ['details', { ...auditEvent(), details: [] }],
      ['details.changes.height.new', auditEvent({ details: { changes: { height: { new: 1.5 } } } })],
      ['details.count', auditEvent({ details: { count: 2 ** 53 } })],
      ['details', auditEvent({ details: { description: 'x'.repeat(300_000) } })],
      ['extra', { ...auditEvent(), extra: 1 }],
    ];
    const results = await ingest(one, [good[0], ...bad.map(([, event]) => event), good[1]]);
    expect(results.slice(1, -1).map(({ status, reason }) => [status, reason?.split(' ')[0]])).toEqual(
      bad.map(([field]) => ['refused', field]),
    );
    expect(JSON.stringify(results.map(({ reason }) => reason))).not.toContain('Anna');
    expect([results[0]?.status, results.at(-1)?.status]).toEqual(['stored', 'stored']);
    expect((await logs()).rows).toBe(2);
  });

  it('loses only the event the database itself refuses', async () => {
    const beyond = auditEvent({ timestamp: '9999-12-31T23:59:59-10:00' }); // the year 10000 in UTC
    const events = [auditEvent(), auditEvent({ organization_id: 2 }), beyond, auditEvent(), auditEvent()];
    const results = await ingest(one, events);
    expect(statuses(results)).toEqual(['stored', 'stored', 'refused', 'stored', 'stored']);
    expect(results[2]?.reason).toMatch(/not storable/);
    expect((await logs()).organizations.map(({ indexes }) => indexes)).toEqual([upTo(3), upTo(1)]);
  });

  it('keeps events with stray timestamps: in the default partition, or in chunks of their own', async () => {
    const stray = ['1970-01-01T00:00:00Z', '2999-12-31T23:59:59.999Z'].map((timestamp) =>
      auditEvent({ timestamp }),
    );
    expect(statuses(await ingest(one, [...stray, auditEvent()]))).toEqual(['stored', 'stored', 'stored']);
    const rows = await telemetry.sql<{ partition: string; count: number }>(
      `select tableoid::regclass::text as partition, count(*)::int as count from audit.audit_logs
       where organization_id > 0 group by 1 order by 2`,
    );
    const native = [
      { partition: expect.stringMatching(/^audit\.audit_logs_\d{4}_\d{2}$/), count: 1 },
      { partition: 'audit.audit_logs_default', count: 2 },
    ];
    const chunk = { partition: expect.stringContaining('chunk'), count: 1 };
    expect(rows).toEqual((await telemetry.isHypertable()) ? [chunk, chunk, chunk] : native);
  });

  it('of no events, or of more than the contract allows, is refused as a whole', async () => {
    for (const events of [[], Array.from({ length: 501 }, () => auditEvent())]) {
      await expect(ingest(one, events)).rejects.toMatchObject({ code: 'validation_error' });
    }
  });
});

describe('the same events delivered to two instances at once', () => {
  it('are stored exactly once, told "stored" exactly once, and numbered without a gap in both organizations', async () => {
    const events = Array.from({ length: 240 }, (_, index) =>
      auditEvent({ organization_id: 1 + (index % 2) }),
    );
    const turned = (by: number) => [...events.slice(by), ...events.slice(0, by)];
    const deliveries = [0, 0, 60, 120, 120, 180].map((by, index) =>
      ingest(index % 2 ? one : two, turned(by)),
    );
    const backwards = ingest(two, [...events].reverse());
    const results = (await Promise.all([...deliveries, backwards])).flat();
    const stored = results.filter(({ status }) => status === 'stored').map(({ event_id }) => event_id);
    expect(new Set(statuses(results))).toEqual(new Set(['stored', 'duplicate']));
    expect(stored.sort()).toEqual(events.map(({ event_id }) => event_id).sort());
    await expect(logs()).resolves.toEqual({
      organizations: [1, 2].map((organization_id) => ({ organization_id, indexes: upTo(120), rows: 120 })),
      rows: 240,
    });
  });

  it('leave no gap and no second row when one id comes under two organizations', async () => {
    const ids = Array.from({ length: 20 }, () => uuidv7());
    const under = (organization_id: number, order: string[]) =>
      order.map((event_id) =>
        auditEvent({ event_id, organization_id, timestamp: new Date(organization_id).toISOString() }),
      );
    const results = await Promise.all([
      ingest(one, under(1, ids)),
      ingest(two, under(2, ids)),
      ingest(one, under(2, [...ids].reverse())),
    ]);
    expect(statuses(results.flat()).filter((status) => status === 'stored')).toHaveLength(20);
    const { organizations, rows } = await logs();
    expect(rows).toBe(20);
    for (const { indexes, rows: own } of organizations) expect(indexes).toEqual(upTo(own));
  });
});

describe('a message from nobody we know', () => {
  it('is answered 401 on every channel route, and stores nothing', async () => {
    const routes = [
      'audit-events',
      'audit-logs/search',
      'audit-logs/get',
      'analytics-batches',
      'analytics/stats',
    ];
    for (const route of routes) {
      const answer = await fetch(`${one.url}/internal/v1/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ events: [auditEvent()] }),
      });
      expect([route, answer.status]).toEqual([route, 401]);
    }
    expect((await logs()).rows).toBe(0);
  });

  it('may ask how the service is', async () => {
    for (const path of ['/health', '/health/live', '/health/ready']) {
      expect((await fetch(one.url + path)).status).toBe(200);
    }
  });
});

describe('while the database is away', () => {
  it('batches are answered 503, the service stays up, and takes them again by itself', async () => {
    const { writerUrl } = telemetry.databases.telemetry;
    const gate = await Gate.before(writerUrl);
    const cutOff = await telemetry.start({ TELEMETRY_DATABASE_URL: gate.url(writerUrl) });
    const [before, during] = [auditEvent(), auditEvent({ organization_id: 2 })];
    expect(statuses(await ingest(cutOff, [before]))).toEqual(['stored']);
    await gate.cut();
    await expect(ingest(cutOff, [during])).rejects.toMatchObject({ code: 'telemetry_unavailable' });
    const health = await fetch(`${cutOff.url}/health`);
    await expect(health.json()).resolves.toMatchObject({
      status: 'degraded',
      dependencies: { telemetry_postgres: { status: 'down' }, clickhouse: { status: 'ok' } },
    });
    await gate.mend();
    expect(statuses(await ingest(cutOff, [before, during]))).toEqual(['duplicate', 'stored']);
    await gate.cut();
  });

  it('the service starts without it', async () => {
    const { writerUrl, maintainerUrl } = telemetry.databases.telemetry;
    const gate = await Gate.before(writerUrl);
    await gate.cut();
    const early = await telemetry.start({
      TELEMETRY_DATABASE_URL: gate.url(writerUrl),
      TELEMETRY_DATABASE_MAINTAINER_URL: gate.url(maintainerUrl),
    });
    await expect(ingest(early, [auditEvent()])).rejects.toMatchObject({ code: 'telemetry_unavailable' });
    await gate.mend();
    expect(statuses(await ingest(early, [auditEvent()]))).toEqual(['stored']);
    await gate.cut();
  });
});
