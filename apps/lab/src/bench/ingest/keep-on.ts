import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { AnalyticsIngestResponse } from '@restartix/contracts';
import type { ChannelClient } from '@restartix/service-channel';
import type { Finding } from '../figure';
import { residentMegabytes } from '../machine';
import { boxes, LOADS, type Kind } from './boxes';

/** Boxes of each kind in one request, and how often one leaves: 750 events, 90 of videos and 30 s of poses a second. */
const BOXES: Record<Kind, number> = { analytics: 15, media: 15, pose: 15 };
const EVERY_MS = 500;
const LOOK_MS = 5_000;
/** A process grows until its caches are full and its code is compiled: that is not counted. */
const WARM_UP_SHARE = 1 / 3;

interface Tools {
  channel: ChannelClient;
  clickhouse: ClickHouseClient;
  key: KeyObject;
  /** Process of telemetry-api. */
  pid: number;
}

const QUARTERS = 4;

const FIGURE = {
  name: 'RSS slope of telemetry-api, %/min',
  better: 'smaller',
  floor: 1,
  goal: 0.5,
  stretch: 0.1,
} as const;

/** A steady load of every kind for some minutes: nothing lost or doubled, and memory that does not grow. */
export async function keepOn(tools: Tools, minutes: number, say: (line: string) => void): Promise<Finding> {
  const { channel, clickhouse, key, pid } = tools;
  const kinds = Object.keys(BOXES) as Kind[];
  for (const kind of kinds) await clickhouse.command({ query: `truncate table ${LOADS[kind].table}` });
  const samples: Sample[] = [];
  const startedAt = Date.now();
  const timer = setInterval(() => {
    samples.push({ minute: (Date.now() - startedAt) / 60_000, megabytes: residentMegabytes(pid) });
  }, LOOK_MS);
  let rounds = 0;
  try {
    while (Date.now() - startedAt < minutes * 60_000) {
      const batches = kinds.flatMap((kind) => boxes(kind, key, BOXES[kind]));
      const { results } = await channel.post<AnalyticsIngestResponse>('/internal/v1/analytics-batches', {
        batches,
      });
      const lost = results.find(({ status }) => status !== 'stored');
      if (lost) throw new Error(`A box was not stored: ${lost.status} ${lost.reason ?? ''}`);
      rounds += 1;
      await sleep(Math.max(0, startedAt + rounds * EVERY_MS - Date.now()));
    }
  } finally {
    clearInterval(timer);
  }
  for (const kind of kinds) await assertAll(clickhouse, kind, rounds * BOXES[kind]);
  const counted = samples.filter(({ minute }) => minute >= minutes * WARM_UP_SHARE);
  const sizes = counted.map(({ megabytes }) => Math.round(megabytes));
  say(
    `  ${rounds} requests in ${minutes} minutes, every row stored once; ${counted.length} looks at the memory after the first third: ${sizes[0]} MB, at last ${sizes.at(-1)} MB, between ${Math.min(...sizes)} and ${Math.max(...sizes)} MB`,
  );
  const slope = slopePercent(lowest(counted));
  return { figure: FIGURE, spread: { median: slope, min: slope, max: slope } };
}

/** A video of a box is one row, whatever number of events told of it. */
async function assertAll(clickhouse: ClickHouseClient, kind: Kind, sent: number): Promise<void> {
  const { table, items } = LOADS[kind];
  const answer = await clickhouse.query({
    query: `select count() as n from ${table} final`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: string }>();
  const expected = kind === 'media' ? sent : sent * items;
  if (Number(row?.n) !== expected)
    throw new Error(`${row?.n} rows of ${table} are stored, ${expected} were sent`);
}

interface Sample {
  minute: number;
  megabytes: number;
}

/** The lowest look of each quarter: what is above it waits for the next collection, which comes about once a minute. */
function lowest(samples: readonly Sample[]): Sample[] {
  const size = Math.ceil(samples.length / QUARTERS);
  const quarters = Array.from({ length: QUARTERS }, (_, quarter) =>
    samples.slice(quarter * size, (quarter + 1) * size),
  );
  return quarters
    .filter(({ length }) => length > 0)
    .map((looks) => looks.reduce((low, look) => (look.megabytes < low.megabytes ? look : low)));
}

/** Slope of the line of least squares, in percent of the mean a minute. */
function slopePercent(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ minute }) => minute), mean(({ megabytes }) => megabytes)];
  const covariance = mean(({ minute, megabytes }) => (minute - x) * (megabytes - y));
  return (100 * covariance) / mean(({ minute }) => (minute - x) ** 2) / y;
}
