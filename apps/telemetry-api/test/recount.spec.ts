import type {
  AnalyticsBatch,
  AnalyticsStatsRow,
  ApiMetricsRow,
  BandwidthRow,
  CallQualityRow,
  MediaGroup,
  MediaSessionsRow,
  StaffMetricsRow,
} from '@restartix/contracts';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { AnalyticsKit, NOW, ago, apiMetric, batch, media, staffMetric, usage } from './analytics-kit';

const AGENTS = {
  tablet: 'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1',
  desktop: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
} as const;
const BROWSERS = { tablet: 'Safari', desktop: 'Firefox' } as const;
const ADDRESSES = { GB: '81.2.69.142', US: '216.160.83.57', unknown: '127.0.0.7' } as const;
const MEDIA_IDS = [uuidv7(), uuidv7()] as const;
const NAMES = ['screen.opened', 'exercise.completed', 'plan.opened'] as const;
const ROUTES = ['/v1/patients/:id', '/v1/appointments', '/v1/me'] as const;
const ROLES = ['specialist', 'assistant'] as const;
const MILESTONES = [25, 50, 75, 95] as const;
const HOURS = 20;

const word = <T>(...words: readonly T[]) => fc.constantFrom(...words);
const maybe = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined });

/** One video as it was played: what the recount goes by. */
const videos = fc.sample(
  fc.record({
    minutesAgo: fc.integer({ min: 5, max: HOURS * 60 }),
    media: word(0, 1),
    device: word('tablet' as const, 'desktop' as const),
    country: word('GB' as const, 'US' as const, 'unknown' as const),
    connection: word('wifi', '4g', '3g'),
    ttfb: maybe(2000),
    load: maybe(5000),
    bitrates: fc.array(fc.integer({ min: 100_000, max: 6_000_000 }), { maxLength: 6 }),
    stalls: fc.array(fc.integer({ min: 100, max: 9000 }), { maxLength: 3 }),
    errors: fc.array(word('fragLoadError', 'MEDIA_ERR_DECODE'), { maxLength: 2 }),
    reached: fc.integer({ min: 0, max: 4 }),
    outcome: word('completed', 'abandoned', 'open'),
  }),
  { numRuns: 120, seed: 4 },
);
type Video = (typeof videos)[number];

const requests = fc.sample(
  fc.record({
    route: word(...ROUTES),
    status: word(200, 404, 500),
    durations: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
  }),
  { numRuns: 60, seed: 5 },
);

const staff = Array.from({ length: 7 }, (_, index) => ({ id: uuidv7(), role: ROLES[index % 2]! }));
const work = fc.sample(
  fc.record({
    who: word(...staff),
    activity: word(...ROUTES).map((route) => `GET ${route}`),
    uses: fc.integer({ min: 1, max: 9 }),
    failures: fc.integer({ min: 0, max: 2 }),
    hoursAgo: fc.integer({ min: 0, max: HOURS }),
  }),
  { numRuns: 80, seed: 6 },
);
const clicks = fc.sample(fc.record({ name: word(...NAMES), hoursAgo: fc.integer({ min: 0, max: HOURS }) }), {
  numRuns: 150,
  seed: 7,
});

/** Who took part in a video call, and what they measured. */
const talks = fc.sample(
  fc.record({
    call: fc.integer({ min: 0, max: 7 }),
    minutesAgo: fc.integer({ min: 5, max: HOURS * 60 }),
    beats: fc.array(
      fc.record({
        bitrate: fc.integer({ min: 100_000, max: 3_000_000 }),
        rtt_ms: fc.integer({ min: 10, max: 450 }),
        jitter_ms: fc.integer({ min: 1, max: 50 }),
        packet_loss: fc.integer({ min: 0, max: 40 }).map((part) => part / 1000),
      }),
      { maxLength: 4 },
    ),
    check: fc.option(fc.record({ rtt_ms: word(50, 250, 500) }), { nil: undefined }),
    hasError: fc.boolean(),
  }),
  { numRuns: 40, seed: 8 },
);
const CALL_IDS = Array.from({ length: 8 }, () => uuidv7());

function talked(
  { call, minutesAgo, beats, check, hasError }: (typeof talks)[number],
  organization_id: number,
) {
  const start = -minutesAgo * 60_000;
  const tell = (event: string, second: number, data: object) => ({
    ...media(event, start + second * 1000, data, CALL_IDS[call]),
    media_type: 'call',
  });
  return batch({
    class: 'media',
    organization_id,
    session_id: uuidv7({ msecs: Date.parse(NOW) + start }),
    events: [
      tell('play', 0, {}),
      ...(check ? [tell('network_check', 0, { rtt_ms: 500 }), tell('network_check', 1, check)] : []),
      ...beats.map((beat, index) => tell('heartbeat', 10 * (index + 1), beat)),
      ...(hasError ? [tell('error', 30, { code: 'ice.failed' })] : []),
    ],
  });
}

const hours = (count: number) => count * 3_600_000;
const dayOf = (time: string) => time.slice(0, 10);
const mean = (values: number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const groupBy = <T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
};
const sortedDays = <T>(days: Map<string, T[]>) => [...days].sort(([a], [b]) => (a < b ? -1 : 1));

function played(video: Video, organization_id: number): AnalyticsBatch {
  const start = -video.minutesAgo * 60_000;
  const tell = (event: string, second: number, data: object = {}) =>
    media(event, start + second * 1000, data, MEDIA_IDS[video.media]);
  return batch({
    class: 'media',
    organization_id,
    session_id: uuidv7({ msecs: Date.parse(NOW) + start }),
    client_address: ADDRESSES[video.country],
    user_agent: AGENTS[video.device],
    events: [
      tell('session_start', 0, {
        ...(video.ttfb === undefined ? {} : { ttfb_ms: video.ttfb }),
        ...(video.load === undefined ? {} : { video_load_time_ms: video.load }),
        connection_type: video.connection,
      }),
      ...video.bitrates.map((bitrate, index) => tell('heartbeat', 10 * (index + 1), { bitrate })),
      ...video.stalls.map((duration_ms, stall) => tell('buffering_end', 3 + stall, { stall, duration_ms })),
      ...video.errors.map((code, index) => tell('error', 5 + index, { code })),
      ...MILESTONES.slice(0, video.reached).map((milestone, index) =>
        tell('milestone', 20 + index, { milestone }),
      ),
      ...(video.outcome === 'open' ? [] : [tell('session_end', 90, { outcome: video.outcome })]),
    ],
  });
}

describe('the dashboards of a seeded day equal an independent recount', () => {
  let kit: AnalyticsKit;
  const own = { organization_id: 1, since: ago(hours(24)) };

  beforeAll(async () => {
    kit = await AnalyticsKit.start();
    const everything = (organization_id: number, share: number): AnalyticsBatch[] => {
      const nobody = (fields: Partial<AnalyticsBatch>) =>
        batch({ organization_id, user_id: null, ...fields });
      const some = <T>(list: readonly T[]) => list.slice(0, Math.ceil(list.length * share));
      return [
        ...some(videos).map((video) => played(video, organization_id)),
        ...some(talks).map((talk) => talked(talk, organization_id)),
        ...some(requests).map(({ route, status, durations }) =>
          nobody({ class: 'api_metric', events: [apiMetric(durations, { route, status })] }),
        ),
        ...some(work).map(({ who, activity, uses, failures, hoursAgo }) => {
          const minute = `${ago(hours(hoursAgo)).slice(0, 16)}:00.000Z`;
          const item = { ...staffMetric(who.id), role: who.role, activity, uses, failures, minute };
          return nobody({ class: 'staff_metric', events: [item] });
        }),
        ...some(clicks).map(({ name, hoursAgo }) =>
          batch({ organization_id, events: [usage({ name, timestamp: ago(hours(hoursAgo)) })] }),
        ),
      ];
    };
    const mine = everything(1, 1);
    // Another organization's day lies beside it, and a third of everything comes twice.
    const all = [...mine, ...everything(2, 0.5), ...mine.filter((_, index) => index % 3 === 0)];
    for (let at = 0; at < all.length; at += 100) await kit.send(all.slice(at, at + 100));
  }, 120_000);
  afterAll(() => kit?.stop());

  const KEYS: Record<MediaGroup, (video: Video) => string> = {
    country_code: ({ country }) => country,
    device_type: ({ device }) => device,
    connection_type: ({ connection }) => connection,
    browser_family: ({ device }) => BROWSERS[device],
  };
  const recounted = (value: string, list: readonly Video[]): BandwidthRow => ({
    value,
    total_sessions: list.length,
    avg_ttfb_ms: mean(list.flatMap(({ ttfb }) => ttfb ?? [])),
    avg_load_time_ms: mean(list.flatMap(({ load }) => load ?? [])),
    avg_buffering_count: mean(list.map(({ stalls }) => stalls.length)),
    avg_buffering_duration_ms: mean(list.map(({ stalls }) => total(stalls))),
    avg_bitrate: mean(list.flatMap(({ bitrates }) => mean(bitrates) ?? [])),
    completion_rate: mean(list.map(({ outcome }) => Number(outcome === 'completed'))),
    error_rate: mean(list.map(({ errors }) => Number(errors.length > 0))),
  });
  /** Rows whose numbers differ in the last digits are equal. */
  const rounded = (rows: readonly object[]) =>
    JSON.parse(
      JSON.stringify(rows, (_, value: unknown) =>
        typeof value === 'number' ? Number(value.toPrecision(9)) : value,
      ),
    ) as unknown;
  const byValue = (rows: BandwidthRow[]) => rows.sort((a, b) => (a.value < b.value ? -1 : 1));

  it.each(Object.keys(KEYS) as MediaGroup[])('bandwidth by %s', async (group_by) => {
    for (const media_id of [null, MEDIA_IDS[0]]) {
      const seen = media_id === null ? videos : videos.filter((video) => video.media === 0);
      const { rows } = await kit.ask<{ rows: BandwidthRow[] }>('insights/media/bandwidth', {
        ...own,
        group_by,
        media_id,
      });
      const expected = [...groupBy(seen, KEYS[group_by])].map(([value, list]) => recounted(value, list));
      expect(rounded(byValue(rows))).toEqual(rounded(byValue(expected)));
    }
  });

  it('sessions by day', async () => {
    const { rows } = await kit.ask<{ rows: MediaSessionsRow[] }>('insights/media/sessions', own);
    const days = groupBy(videos, ({ minutesAgo }) => dayOf(ago(minutesAgo * 60_000)));
    const share = (list: Video[], reached: number) => mean(list.map((one) => Number(one.reached >= reached)));
    const expected = sortedDays(days).map(([day, list]) => ({
      day,
      total_sessions: list.length,
      completed: list.filter(({ outcome }) => outcome === 'completed').length,
      abandoned: list.filter(({ outcome }) => outcome === 'abandoned').length,
      with_stalls: list.filter(({ stalls }) => stalls.length > 0).length,
      with_errors: list.filter(({ errors }) => errors.length > 0).length,
      watched_seconds: 10 * total(list.map(({ bitrates }) => bitrates.length)),
      reached_25: share(list, 1),
      reached_50: share(list, 2),
      reached_75: share(list, 3),
      reached_95: share(list, 4),
    }));
    expect(rounded(rows)).toEqual(rounded(expected));
  });

  it('video calls by day', async () => {
    const { rows } = await kit.ask<{ rows: CallQualityRow[] }>('insights/media/calls', own);
    const rating = (rtt: number, jitter: number, loss: number) => {
      if (rtt >= 400 || jitter >= 60 || loss >= 0.05) return 'poor';
      return rtt >= 200 || jitter >= 30 || loss >= 0.01 ? 'fair' : 'good';
    };
    const days = groupBy(talks, ({ minutesAgo }) => dayOf(ago(minutesAgo * 60_000)));
    const expected = sortedDays(days).map(([day, list]) => {
      const inCall = list.filter(({ beats }) => beats.length > 0);
      const each = (name: 'rtt_ms' | 'jitter_ms' | 'packet_loss' | 'bitrate') =>
        inCall.map(({ beats }) => mean(beats.map((beat) => beat[name]))!);
      const [rtts, jitters, losses] = [each('rtt_ms'), each('jitter_ms'), each('packet_loss')];
      const ratings = rtts.map((rtt, index) => rating(rtt, jitters[index]!, losses[index]!));
      return {
        day,
        calls: new Set(inCall.map(({ call }) => call)).size,
        participants: inCall.length,
        good: ratings.filter((one) => one === 'good').length,
        fair: ratings.filter((one) => one === 'fair').length,
        poor: ratings.filter((one) => one === 'poor').length,
        avg_rtt_ms: mean(rtts),
        avg_jitter_ms: mean(jitters),
        avg_packet_loss: mean(losses),
        avg_bitrate: mean(each('bitrate')),
        with_errors: list.filter(({ hasError }) => hasError).length,
        network_checks: list.filter(({ check }) => check).length,
        poor_checks: list.filter(({ check }) => check && check.rtt_ms >= 400).length,
      };
    });
    expect(rounded(rows)).toEqual(rounded(expected));
  });

  it('routes, with quantiles over every single request', async () => {
    const { rows } = await kit.ask<{ rows: ApiMetricsRow[] }>('insights/api-metrics', own);
    const expected = [...groupBy(requests, ({ route }) => route)].map(([route, list]) => {
      const all = list.flatMap(({ durations }) => durations).sort((a, b) => a - b);
      const quantile = (part: number) => {
        const at = part * (all.length - 1);
        const [low, high] = [all[Math.floor(at)]!, all[Math.ceil(at)]!];
        return low + (at % 1) * (high - low);
      };
      const failed = list.filter(({ status }) => status >= 500).flatMap(({ durations }) => durations);
      return {
        method: 'GET',
        route,
        requests: all.length,
        error_rate: failed.length / all.length,
        p50_ms: quantile(0.5),
        p95_ms: quantile(0.95),
        p99_ms: quantile(0.99),
      };
    });
    const sorted = (list: ApiMetricsRow[]) => list.sort((a, b) => (a.route < b.route ? -1 : 1));
    expect(sorted(rows).length).toBe(expected.length);
    sorted(expected).forEach((wanted, index) => {
      const { p50_ms, p95_ms, p99_ms, ...row } = rows[index]!;
      const { p50_ms: p50, p95_ms: p95, p99_ms: p99, ...rest } = wanted;
      expect(rounded([row])).toEqual(rounded([rest]));
      [p50_ms, p95_ms, p99_ms].forEach((found, at) => expect(found).toBeCloseTo([p50, p95, p99][at]!, 2));
    });
  });

  it('what the staff used', async () => {
    const { rows } = await kit.ask<{ rows: StaffMetricsRow[] }>('insights/staff-metrics', own);
    const key = (row: { day: string; role: string; activity: string }) =>
      `${row.day} ${row.role} ${row.activity}`;
    const done = work.map(({ who, hoursAgo, ...item }) => ({
      ...item,
      day: dayOf(ago(hours(hoursAgo))),
      role: who.role,
      who: who.id,
    }));
    const expected = [...groupBy(done, key)].map(([, list]) => ({
      day: list[0]!.day,
      role: list[0]!.role,
      activity: list[0]!.activity,
      people: new Set(list.map(({ who }) => who)).size,
      uses: total(list.map(({ uses }) => uses)),
      failures: total(list.map(({ failures }) => failures)),
    }));
    const sorted = (list: StaffMetricsRow[]) => list.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(rows)).toEqual(sorted(expected));
  });

  it('usage by day and name', async () => {
    const { rows } = await kit.ask<{ rows: AnalyticsStatsRow[] }>('analytics/stats', {
      organization_id: 1,
      from: dayOf(ago(hours(24))),
      to: dayOf(NOW),
    });
    const key = ({ day, name }: { day: string; name: string }) => `${day} ${name}`;
    const days = groupBy(
      clicks.map(({ name, hoursAgo }) => ({ name, day: dayOf(ago(hours(hoursAgo))) })),
      key,
    );
    const expected = [...days].map(([, list]) => ({ ...list[0]!, count: list.length }));
    const sorted = (list: AnalyticsStatsRow[]) => list.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(rows)).toEqual(sorted(expected));
  });
});
