import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalyticsBatch, ConsentLevel, EventClass, WithdrawalReceipt } from '@restartix/contracts';
import { workspaceRoot } from '@restartix/embedded';
import { findIdentifiers } from '@restartix/testing';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { TABLES } from '../src/pipeline/stamp';
import { AnalyticsKit, ago, apiMetric, batch, error, media, pose, staffMetric, usage } from './analytics-kit';

let kit: AnalyticsKit;
beforeAll(async () => {
  kit = await AnalyticsKit.start();
}, 120_000);
afterAll(() => kit?.stop());
beforeEach(() => kit.empty());

const send = (batches: AnalyticsBatch[]) => kit.send(batches);
const rows = <R = Record<string, unknown>>(table: string) => kit.rows<R>(table);
const ask = <T>(question: string, body: object) => kit.ask<T>(question, body);

const ITEMS: Record<EventClass, () => object> = {
  analytics: () => usage(),
  error: () => error(),
  media: () => media('heartbeat', 0),
  pose: () => pose(1),
  api_metric: () => apiMetric([1]),
  staff_metric: () => staffMetric(uuidv7()),
};
const FIRST_TABLE: Record<EventClass, string> = {
  analytics: 'analytics_events',
  error: 'error_events',
  media: 'media_sessions',
  pose: 'pose_frames',
  api_metric: 'api_metrics',
  staff_metric: 'staff_metrics',
};

describe('the tables', () => {
  it('are these seven, each with its term and an order that begins with organization and day', async () => {
    const answer = await kit.telemetry.clickhouse.query({
      query: `select name, engine, sorting_key, extract(create_table_query, 'TTL (.*?)( SETTINGS|$)') as ttl
                from system.tables where database = currentDatabase() and engine like '%MergeTree'
                 and name not like '%_daily' and name <> 'schema_migrations' order by name`,
      format: 'JSONEachRow',
    });
    const found = await answer.json<{ name: string; sorting_key: string; ttl: string }>();
    expect(found.map(({ name }) => name)).toEqual([...TABLES].sort());
    const term = Object.fromEntries(found.map(({ name, ttl }) => [name, ttl]));
    const [halfYear, oneYear, twoYears] = ['toIntervalMonth(6)', 'toIntervalYear(1)', 'toIntervalYear(2)'];
    expect(term).toEqual({
      analytics_events: `day + ${twoYears}`,
      media_sessions: `day + ${twoYears}`,
      media_buffering_events: `day + ${twoYears}`,
      staff_metrics: `day + ${twoYears}`,
      error_events: `day + ${oneYear}`,
      api_metrics: `day + ${oneYear}`,
      pose_frames: `day + ${halfYear}`,
    });
    for (const { sorting_key } of found) expect(sorting_key).toMatch(/^organization_id, day, /);
  });

  it('keep their views: no migration drops, detaches or makes one anew, so that no insert is missed', () => {
    const folder = join(workspaceRoot(), 'migrations/clickhouse');
    for (const file of readdirSync(folder)) {
      const statements = readFileSync(join(folder, file), 'utf8').replaceAll(/^--.*$/gm, '');
      expect([file, statements.match(/\b(drop|detach|exchange|rename|or replace)\b/i)]).toEqual([file, null]);
      const views = statements.match(/create materialized view.*/gi) ?? [];
      for (const view of views)
        expect(view).toMatch(/^create materialized view if not exists \w+ to \w+_daily /);
    }
  });

  it.each([
    ['pose_frames', 'interval 6 month'],
    ['error_events', 'interval 1 year'],
    ['api_metrics', 'interval 1 year'],
    ['analytics_events', 'interval 2 year'],
    ['media_sessions', 'interval 2 year'],
    ['media_buffering_events', 'interval 2 year'],
    ['staff_metrics', 'interval 2 year'],
  ])('%s: a row within its term stays, a row past it goes', async (table, term) => {
    // Four days: a month back and a month on again may be three days short of where it began.
    for (const [organization, days] of [
      [1, -4],
      [3, 4],
    ])
      await kit.telemetry.clickhouse.command({
        query: `insert into ${table} (organization_id, day) select ${organization}, today() - ${term} + ${days}`,
      });
    await kit.telemetry.clickhouse.command({ query: `optimize table ${table} final` });
    expect((await rows(table)).map(({ organization_id }) => organization_id)).toEqual([3]);
  });
});

describe('consent', () => {
  const allowed: Record<ConsentLevel, EventClass[]> = {
    0: [],
    1: ['error'],
    2: ['error', 'analytics', 'media'],
    3: ['error', 'analytics', 'media', 'pose'],
  };
  it.each([0, 1, 2, 3] as const)(
    'level %i lets its classes into the database and no other',
    async (level) => {
      const classes: EventClass[] = ['analytics', 'error', 'media', 'pose'];
      await send(
        classes.map((word) => batch({ class: word, consent_level: level, events: [ITEMS[word]()] })),
      );
      for (const word of classes) {
        const stored = await rows<{ consent_level: number; actor_hash: string }>(FIRST_TABLE[word]);
        expect([word, stored.length]).toEqual([word, allowed[level].includes(word) ? 1 : 0]);
        for (const row of stored) {
          expect(row.consent_level).toBe(level);
          expect(row.actor_hash === '').toBe(level < 2);
        }
      }
      if (level === 1) {
        const [row] = await rows('error_events');
        expect(row).toMatchObject({ ip_truncated: '', session_id: '00000000-0000-0000-0000-000000000000' });
      }
    },
  );

  it.each([
    ['198.51.100.15', 1],
    ['198.51.100.16', 0],
    ['198.51.100.17', 0],
    ['198.51.100.18', 1],
    ['203.0.113.6', 1],
    ['203.0.113.7', 0],
    ['203.0.113.8', 1],
    ['2001:db8:1:1:ffff:ffff:ffff:ffff', 1],
    ['2001:db8:1:2::', 0],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', 0],
    ['2001:db8:1:3::', 1],
  ])('is 0 inside an excluded network: %s stores %i', async (client_address, stored) => {
    await send([batch({ class: 'error', client_address, events: [error()] })]);
    expect(await rows('error_events')).toHaveLength(stored);
  });

  it('that is withdrawn removes the rows of the person under every live key, of nobody else, and lowers what follows', async () => {
    const user_id = uuidv7();
    const all = (who: string, organization_id = 1) => [
      batch({
        user_id: who,
        organization_id,
        events: [usage(), usage({ timestamp: ago(100 * 86_400_000) })],
      }),
      batch({
        user_id: who,
        organization_id,
        class: 'media',
        events: [media('buffering_start', 0, { stall: 0 })],
      }),
      batch({ user_id: who, organization_id, class: 'pose', events: [pose(1)] }),
      batch({ user_id: who, organization_id, class: 'error', events: [error()] }),
    ];
    const other = uuidv7();
    await send([...all(user_id), ...all(other), ...all(user_id, 2)]);
    const withdrawal = {
      withdrawal_id: uuidv7(),
      organization_id: 1,
      user_id,
      level: 0,
      withdrawn_at: new Date().toISOString(),
    };
    const receipt = await ask<WithdrawalReceipt>('privacy/withdrawals', withdrawal);
    expect(receipt).toEqual({ withdrawal_id: withdrawal.withdrawal_id, rows_removed: 6 });
    expect(await ask('privacy/withdrawals', withdrawal)).toMatchObject({ rows_removed: 0 });
    await send(all(user_id));
    for (const [table, left] of [
      ['analytics_events', 4],
      ['media_sessions', 2],
      ['media_buffering_events', 2],
      ['pose_frames', 2],
      ['error_events', 2],
    ] as const)
      expect([table, (await rows(table)).length]).toEqual([table, left]);
    await expect(kit.telemetry.sql('select level, rows_removed from integrity.withdrawals')).resolves.toEqual(
      [{ level: 0, rows_removed: 6 }],
    );
  });
});

describe('a media session', () => {
  const session_id = uuidv7();
  const user_id = uuidv7();
  const events = [
    media('session_start', 0, {
      ttfb_ms: 200,
      total_duration_seconds: 60,
      connection_type: 'wifi',
      initial_resolution: '1280x720',
    }),
    ...[10, 20, 30].map((second) =>
      media('heartbeat', second * 1000, {
        bitrate: 1_000_000 * second,
        position: second,
        dropped_frames: second,
      }),
    ),
    media('buffering_start', 12_000, { stall: 0, position: 12 }),
    media('buffering_end', 12_700, { stall: 0, duration_ms: 700 }),
    media('quality_change', 15_000, { bitrate: 500_000 }),
    ...[25, 50, 75, 95].map((milestone) => media('milestone', milestone * 500, { milestone })),
    media('error', 21_000, { code: 'fragLoadError' }),
    media('error', 22_000, { code: 'levelLoadError' }),
    media('session_end', 58_000, { outcome: 'completed', position: 58 }),
  ];
  const sorted = async () => {
    const [session, ...more] = await rows<Record<string, unknown>>('media_sessions');
    expect(more).toEqual([]);
    return { ...session, errors: [...(session?.errors as string[])].sort() } as Record<string, unknown>;
  };
  const told = (list: object[]) => batch({ class: 'media', session_id, user_id, events: list });

  it('is the same row for any order, any division and any repetition of its events', async () => {
    await send([told(events)]);
    const expected = await sorted();
    expect(expected).toMatchObject({
      outcome: 2,
      milestones: 15,
      stalls: { 0: 700 },
      position_seconds: 58,
      dropped_frames: 30,
      ttfb_ms: 200,
    });
    expect(Object.keys(expected.heartbeats as object)).toHaveLength(3);
    const stalls = await rows('media_buffering_events');
    const divided = fc.tuple(
      fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: events.length, maxLength: events.length }),
      fc.shuffledSubarray(events),
    );
    for (const [order, sizes, again] of fc.sample(divided, { numRuns: 15, seed: 25 })) {
      for (const table of ['media_sessions', 'media_buffering_events'])
        await kit.telemetry.clickhouse.command({ query: `truncate table ${table}` });
      const parts: object[][] = [];
      for (let at = 0, index = 0; at < order.length; at += sizes[index]!, index += 1)
        parts.push(order.slice(at, at + sizes[index]!));
      for (const part of [...parts, again].filter((list) => list.length > 0)) await send([told(part)]);
      expect(await sorted()).toEqual(expected);
      expect(await rows('media_buffering_events')).toEqual(stalls);
    }
  }, 60_000);
});

it('counts an event that came five times once, in the tables and in the rollups', async () => {
  const [one, fault] = [usage(), error()];
  for (let times = 0; times < 5; times += 1)
    await send([
      batch({ user_id: null, class: 'api_metric', events: [apiMetric([5], { event_id: one.event_id })] }),
      batch({ user_id: PERSON, events: [one] }),
      batch({ user_id: PERSON, class: 'error', events: [fault] }),
      batch({ user_id: PERSON, class: 'pose', session_id: one.event_id, events: [pose(7)] }),
    ]);
  for (const table of ['analytics_events', 'error_events', 'pose_frames', 'api_metrics'])
    expect([table, (await rows(table)).length]).toEqual([table, 1]);
  for (const rollup of ['analytics_events_daily', 'error_events_daily']) {
    const answer = await kit.telemetry.clickhouse.query({
      query: `select uniqExactMerge(events) as n from ${rollup}`,
      format: 'JSONEachRow',
    });
    expect([rollup, Number((await answer.json<{ n: string }>())[0]?.n)]).toEqual([rollup, 1]);
  }
});
const PERSON = uuidv7();

it('names nobody: a thousand rows of each table from random payloads hold no identifier, and the scanner finds planted ones', async () => {
  const people = Array.from({ length: 8 }, (_, index) => ({
    user_id: uuidv7(),
    address: index % 2 ? `198.51.100.${index + 100}` : `2001:db8:7:${index}:1:2:3:4`,
  }));
  const nasty = fc.oneof(
    fc.emailAddress(),
    fc.ipV4(),
    fc.ipV6(),
    fc.uuid(),
    fc.stringMatching(/^\+?[0-9]{8,14}$/),
    fc.constantFrom(...people.map(({ user_id }) => user_id)),
    fc.string({ maxLength: 20 }).map((text) => `Ana Iliescu ${text} ana@carpathia.example`),
  );
  const values = fc.sample(nasty, { numRuns: 4000, seed: 6 });
  let next = 0;
  const value = () => values[(next += 1) % values.length];
  const batches: AnalyticsBatch[] = [];
  for (let round = 0; round < 130; round += 1) {
    const { user_id, address } = people[round % people.length]!;
    const about = (fields: Partial<AnalyticsBatch>) =>
      batch({
        organization_id: 1 + (round % 2),
        user_id,
        client_address: address,
        user_agent: `${value()}`,
        ...fields,
      });
    const eight = <T>(make: (index: number) => T) => Array.from({ length: 8 }, (_, index) => make(index));
    batches.push(
      about({
        events: eight(() =>
          usage({ properties: { screen: value(), exercise: value(), sets: value(), [String(value())]: 1 } }),
        ),
      }),
      about({ class: 'error', events: eight(() => error()) }),
      about({
        class: 'media',
        events: eight((index) =>
          media(
            'buffering_end',
            index,
            { stall: index, initial_resolution: value(), code: value() },
            uuidv7(),
          ),
        ),
      }),
      about({ class: 'pose', events: eight((index) => pose(index, [Math.fround(index / 7)])) }),
      about({ class: 'api_metric', user_id: null, events: eight((index) => apiMetric([index, 1.5])) }),
      about({ class: 'staff_metric', user_id: null, events: eight(() => staffMetric(user_id)) }),
    );
  }
  for (let at = 0; at < batches.length; at += 60) await send(batches.slice(at, at + 60));
  const known = [...people.flatMap((person) => Object.values(person)), 'Ana Iliescu', 'carpathia.example'];
  for (const table of TABLES) {
    const stored = await rows(table);
    expect([table, stored.length >= 1000]).toEqual([table, true]);
    expect([table, findIdentifiers(stored, known).slice(0, 3)]).toEqual([table, []]);
    const [row] = stored;
    for (const planted of [
      people[0]!.user_id,
      'ana@clinic.example',
      '192.0.2.99',
      '2001:db8::7',
      '+40721234567',
      randomUUID(),
      'Ana Iliescu',
      'eyJhbGciOiJFZERTQSJ9.e30',
      createHash('sha256').update(people[0]!.user_id).digest('hex'),
      Buffer.from(people[0]!.user_id).toString('base64url'),
    ])
      expect([
        table,
        planted,
        findIdentifiers([{ ...row, policy_version: planted }], known).length > 0,
      ]).toEqual([table, planted, true]);
  }
  const log = kit.telemetry.lines.join('\n').toLowerCase();
  expect(log).toContain('/internal/v1/analytics-batches');
  for (const word of [...known, ...values.filter(({ length }) => length > 6)])
    expect([word, log.includes(word.toLowerCase())]).toEqual([word, false]);
}, 120_000);
