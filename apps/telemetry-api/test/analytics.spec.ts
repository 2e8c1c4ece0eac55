import { createPublicKey, randomUUID } from 'node:crypto';
import type {
  AnalyticsBatch,
  AnalyticsEvent,
  AnalyticsIngestResponse,
  AnalyticsStatsRow,
} from '@restartix/contracts';
import { sealBox } from '@restartix/crypto';
import { findIdentifiers } from '@restartix/testing';
import { v7 as uuidv7 } from 'uuid';
import { Gate } from './gate';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let instance: Instance;

beforeAll(async () => {
  telemetry = await Telemetry.create();
  instance = await telemetry.start();
});
afterAll(() => telemetry.stop());
beforeEach(async () => {
  for (const table of ['analytics_events', 'analytics_events_daily'])
    await telemetry.clickhouse.command({ query: `truncate table ${table}` });
});

/** Noon, UTC, so many days before today: rows past the term of the table would not stay. */
function daysAgo(days: number): string {
  const day = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  return `${day}T12:00:00.000Z`;
}
const dayOf = (time: string) => time.slice(0, 10);
const quarterOf = (time: string) => {
  const month = 1 + 3 * Math.floor((Number(time.slice(5, 7)) - 1) / 3);
  return `${time.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
};

const NOW = daysAgo(0);
/** In an earlier quarter, whatever day it is. */
const EARLIER = daysAgo(100);

function event(fields: Partial<AnalyticsEvent> = {}): AnalyticsEvent {
  return { event_id: uuidv7(), name: 'exercise.completed', properties: {}, timestamp: NOW, ...fields };
}

function batch(fields: Partial<AnalyticsBatch> = {}): AnalyticsBatch {
  return {
    organization_id: 1,
    user_id: uuidv7(),
    consent_level: 2,
    consent_policy_version: '2026-01',
    client_address: '203.0.113.77',
    user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)',
    received_at: NOW,
    events: [event()],
    ...fields,
  };
}

const seal = (content: unknown) =>
  sealBox(createPublicKey(telemetry.keys.analytics.publicKey), JSON.stringify(content));

async function send(contents: unknown[], to = instance): Promise<AnalyticsIngestResponse['results']> {
  const body = { batches: contents.map(seal) };
  return (await to.channel.post<AnalyticsIngestResponse>('/internal/v1/analytics-batches', body)).results;
}

interface Row {
  organization_id: number;
  event_id: string;
  day: string;
  occurred_at: string;
  actor_hash: string;
  ip_truncated: string;
  country: string;
  device_class: string;
  consent_level: number;
  policy_version: string;
  properties: Record<string, string>;
}

describe('an event', () => {
  it('is stored with what is known of it and nothing of who it is', async () => {
    const sent = batch({
      events: [event({ properties: { exercise: 'squat', repetitions: 12, done: true } })],
    });
    await expect(send([sent])).resolves.toEqual([{ status: 'stored', stored: 1 }]);
    await expect(telemetry.analyticsRows()).resolves.toEqual([
      {
        organization_id: 1,
        day: dayOf(NOW),
        name: 'exercise.completed',
        event_id: (sent.events[0] as AnalyticsEvent).event_id,
        occurred_at: `${dayOf(NOW)} 12:00:00.000`,
        received_at: `${dayOf(NOW)} 12:00:00.000`,
        properties: { exercise: 'squat', repetitions: '12', done: 'true' },
        actor_hash: expect.stringMatching(/^[\w-]{43}$/),
        ip_truncated: '203.0.113.0',
        country: 'unknown',
        region: 'unknown',
        device_class: 'mobile',
        consent_level: 2,
        policy_version: '2026-01',
      },
    ]);
  });

  it('keeps its millisecond, and its day is the UTC day it happened on', async () => {
    await send([batch({ events: [event({ timestamp: `${dayOf(NOW)}T00:30:00.123+02:00` })] })]);
    const [row] = await telemetry.analyticsRows<Row>();
    expect(row).toMatchObject({ occurred_at: `${dayOf(daysAgo(1))} 22:30:00.123`, day: dayOf(daysAgo(1)) });
  });

  it('that was sent twice is one', async () => {
    const sent = batch();
    await send([sent, sent]);
    await send([sent]);
    await telemetry.clickhouse.command({ query: 'optimize table analytics_events final' });
    await expect(telemetry.analyticsRows()).resolves.toHaveLength(1);
  });

  it('that cannot be read is left out; the others of its batch are stored', async () => {
    const events = [
      event(),
      { ...event(), name: 'user 17 called' },
      { ...event(), event_id: 'x' },
    ] as AnalyticsEvent[];
    await expect(send([batch({ events })])).resolves.toEqual([{ status: 'stored', stored: 1 }]);
  });
});

describe('consent decides in the database', () => {
  it.each([
    [0, 'dropped_by_consent', 0],
    [1, 'dropped_by_consent', 0],
    [2, 'stored', 1],
    [3, 'stored', 1],
  ] as const)('level %i: %s', async (consent_level, status, stored) => {
    const organizations = [1, 2].map((organization_id) => batch({ organization_id, consent_level }));
    await expect(send(organizations)).resolves.toEqual(organizations.map(() => ({ status, stored })));
    const rows = await telemetry.analyticsRows<Row>();
    expect(rows.map((row) => row.consent_level)).toEqual(stored ? [consent_level, consent_level] : []);
  });

  it('nobody signed in means nobody consented, whatever the stamp says', async () => {
    await expect(send([batch({ user_id: null, consent_level: 3 })])).resolves.toEqual([
      { status: 'dropped_by_consent', stored: 0 },
    ]);
    await expect(telemetry.analyticsRows()).resolves.toEqual([]);
  });
});

describe('the hash of a person', () => {
  const hashes = async () => {
    const rows = await telemetry.analyticsRows<Row>();
    return rows.sort((a, b) => (a.event_id < b.event_id ? -1 : 1)).map((row) => row.actor_hash);
  };

  it('is the same within an organization and quarter, also from another instance, and nowhere else', async () => {
    const user_id = uuidv7();
    const other = await telemetry.start();
    await send([batch({ user_id })]);
    await send([batch({ user_id })], other);
    await send([batch({ user_id, organization_id: 2 })]);
    await send([batch({ user_id, events: [event({ timestamp: EARLIER })] })]);
    await send([batch()]);
    const [first, second, ...others] = await hashes();
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('is made under keys that are stored wrapped, one per organization and quarter', async () => {
    const keys = await telemetry.sql<{ organization_id: number; quarter: string; wrapped_key: string }>(
      'select organization_id, quarter::text, wrapped_key from integrity.actor_keys order by 1, 2',
    );
    expect(keys.map(({ organization_id, quarter }) => [organization_id, quarter])).toEqual([
      [1, quarterOf(EARLIER)],
      [1, quarterOf(NOW)],
      [2, quarterOf(NOW)],
    ]);
    for (const { wrapped_key } of keys) expect(wrapped_key).toMatch(/^e1\.\d+\.[\w-]+$/);
  });
});

describe('no row names anybody', () => {
  const people = Array.from({ length: 6 }, (_, index) => ({
    user_id: uuidv7(),
    email: `patient.number-${index}@clinic.example`,
    address: index % 2 ? `198.51.100.${index + 10}` : `2001:db8:7:${index}:1:2:3:4`,
    phone: `+47 22 33 44 5${index}`,
  }));
  const known = people.flatMap((person) => Object.values(person));

  it('whatever clients put into properties', async () => {
    const batches = people.map(({ user_id, email, address, phone }, index) =>
      batch({
        user_id,
        organization_id: 1 + (index % 2),
        client_address: address,
        events: [email, user_id, address, phone, `mail=${email}`, `${user_id}/${address}`].map((value) =>
          event({
            properties: { screen: value, note: value.toUpperCase(), source: encodeURIComponent(value) },
          }),
        ),
      }),
    );
    await send(batches);
    const rows = await telemetry.analyticsRows<Row>();
    expect(rows).toHaveLength(36);
    expect(findIdentifiers(rows, known)).toEqual([]);
    expect(new Set(rows.map((row) => row.ip_truncated))).toEqual(new Set(['198.51.100.0', '2001:db8:7::']));
  });

  it.each<[string, Partial<Row>]>([
    ['a user id in a property', { properties: { value: people[0]?.user_id ?? '' } }],
    ['a name of a property', { properties: { [people[0]?.user_id ?? '']: 'x' } }],
    ['an unknown e-mail address', { properties: { value: 'someone.else@clinic.example' } }],
    ['an unknown full address', { properties: { value: '192.0.2.99' } }],
    ['a full address for a truncated one', { ip_truncated: '192.0.2.99' }],
    ['a full IPv6 address for a truncated one', { ip_truncated: '2001:db8:7:1::5' }],
    ['a raw user id for a hash', { actor_hash: people[0]?.user_id }],
    ['an e-mail address for a country', { country: 'someone@clinic.example' }],
    ['a user id as the event id', { event_id: people[0]?.user_id }],
  ])('and the scanner finds %s when it is planted', async (_, planted) => {
    await send([batch()]);
    expect(findIdentifiers(await telemetry.analyticsRows(), known)).toEqual([]);
    const values = [{ organization_id: 1, event_id: randomUUID(), day: dayOf(NOW), ...planted }];
    await telemetry.clickhouse.insert({ table: 'analytics_events', values, format: 'JSONEachRow' });
    expect(findIdentifiers(await telemetry.analyticsRows(), known)).not.toEqual([]);
  });
});

describe('a box', () => {
  it('that is none, is sealed to another key or holds no batch is refused for good; the others are stored', async () => {
    const foreign = await Telemetry.create();
    const elsewhere = sealBox(createPublicKey(foreign.keys.analytics.publicKey), JSON.stringify(batch()));
    await foreign.stop();
    const batches = [
      '',
      'no box',
      7,
      elsewhere,
      seal('text'),
      seal({}),
      seal({ ...batch(), consent_level: 9 }),
      seal(batch()),
    ];
    const { results } = await instance.channel.post<AnalyticsIngestResponse>(
      '/internal/v1/analytics-batches',
      { batches },
    );
    expect(results.map(({ status }) => status)).toEqual([...Array<string>(7).fill('refused'), 'stored']);
    expect(results[6]?.reason).toContain('consent_level');
    await expect(telemetry.analyticsRows()).resolves.toHaveLength(1);
  });
});

describe('counts', () => {
  const stats = async (organization_id: number, from: string, to: string) => {
    const body = { organization_id, from, to };
    return (await instance.channel.post<{ rows: AnalyticsStatsRow[] }>('/internal/v1/analytics/stats', body))
      .rows;
  };

  it('are per day and name, of one organization, each event id once, from one day to another inclusive', async () => {
    const twice = event({ timestamp: daysAgo(1) });
    const opened = event({ name: 'app.opened' });
    await send([batch({ events: [twice, opened, event(), event({ timestamp: daysAgo(3) })] })]);
    await send([
      batch({ events: [twice] }),
      batch({ organization_id: 2, events: [event(), event(), event()] }),
    ]);
    await expect(stats(1, dayOf(daysAgo(1)), dayOf(NOW))).resolves.toEqual([
      { day: dayOf(daysAgo(1)), name: 'exercise.completed', count: 1 },
      { day: dayOf(NOW), name: 'app.opened', count: 1 },
      { day: dayOf(NOW), name: 'exercise.completed', count: 1 },
    ]);
    await expect(stats(2, dayOf(daysAgo(9)), dayOf(NOW))).resolves.toEqual([
      { day: dayOf(NOW), name: 'exercise.completed', count: 3 },
    ]);
    await expect(stats(3, dayOf(daysAgo(9)), dayOf(NOW))).resolves.toEqual([]);
  });

  it('are refused for what is no day', async () => {
    await expect(stats(1, '2026-11-31', 'today')).rejects.toMatchObject({
      code: 'validation_error',
      errors: [{ field: 'from' }],
    });
  });
});

describe('while ClickHouse is away', () => {
  it('analytics are answered 503 to be sent again, the audit half works, and it comes back by itself', async () => {
    const gate = await Gate.before(telemetry.databases.clickhouseUrl);
    const url = gate.url(telemetry.databases.clickhouseUrl);
    await gate.cut();
    const cutOff = await telemetry.start({ CLICKHOUSE_URL: url });
    const sent = batch();
    await expect(send([sent], cutOff)).rejects.toMatchObject({ code: 'analytics_unavailable' });
    const health = await fetch(`${cutOff.url}/health`);
    await expect(health.json()).resolves.toMatchObject({
      dependencies: { clickhouse: { status: 'down' }, telemetry_postgres: { status: 'ok' } },
    });
    const search = { organization_id: 1, filters: {}, page_size: 1, before: null, reveal_identity: false };
    await expect(cutOff.channel.post('/internal/v1/audit-logs/search', search)).resolves.toMatchObject({
      next: null,
    });
    await gate.mend();
    await expect(send([sent], cutOff)).resolves.toEqual([{ status: 'stored', stored: 1 }]);
    await gate.cut();
  });
});
