import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import type { AnalyticsIngestResponse } from '@restartix/contracts';
import type { ChannelClient } from '@restartix/service-channel';
import type { DevelopmentKeys } from '@restartix/testing';
import { KEYS_FILE } from '../../state/demo';
import type { Figure } from '../figure';
import { compare, type Bench } from '../harness';
import { BenchPlatform } from '../platform';
import { boxes, LOADS, type Kind } from './boxes';
import { keepOn } from './keep-on';

const BOXES_PER_REQUEST = 100;

const figure = (kind: Kind): Figure => ({
  name: `${kind} ingest ÷ raw insert, rows/s`,
  better: 'larger',
  floor: 0.2,
  goal: 0.5,
  stretch: 0.7,
});

/** Hands sealed boxes to telemetry-api; seconds it took. Sealing is core-api's work and is done before. */
async function ingest(channel: ChannelClient, sealed: string[]): Promise<number> {
  const startedAt = performance.now();
  for (let at = 0; at < sealed.length; at += BOXES_PER_REQUEST) {
    const { results } = await channel.post<AnalyticsIngestResponse>('/internal/v1/analytics-batches', {
      batches: sealed.slice(at, at + BOXES_PER_REQUEST),
    });
    const lost = results.find(({ status }) => status !== 'stored');
    if (lost) throw new Error(`A box was not stored: ${lost.status} ${lost.reason ?? ''}`);
  }
  return (performance.now() - startedAt) / 1000;
}

/** The same rows as text, in portions as large as those of the service, into a table of the same form. */
async function rawInsert(clickhouse: ClickHouseClient, table: string, portions: object[][]): Promise<number> {
  const startedAt = performance.now();
  for (const values of portions)
    await clickhouse.insert({ table: `bench_${table}`, values, format: 'JSONEachRow' });
  return (performance.now() - startedAt) / 1000;
}

async function measure(
  kind: Kind,
  tools: { channel: ChannelClient; clickhouse: ClickHouseClient; key: KeyObject },
  options: Parameters<Bench['run']>[0],
) {
  const { channel, clickhouse, key } = tools;
  const { table, boxes: count, items } = LOADS[kind];
  const stored = async (): Promise<object[]> =>
    (await clickhouse.query({ query: `select * from ${table} final`, format: 'JSONEachRow' })).json();
  await clickhouse.command({ query: `truncate table ${table}` });
  await ingest(channel, boxes(kind, key));
  const rows = await stored();
  const perRequest = Math.ceil(rows.length / (count / BOXES_PER_REQUEST));
  const portions = Array.from({ length: Math.ceil(rows.length / perRequest) }, (_, index) =>
    rows.slice(index * perRequest, (index + 1) * perRequest),
  );
  await clickhouse.command({ query: `create table if not exists bench_${table} as ${table}` });
  let runs = 1;
  const ratios = await compare<'rows/s'>(
    {
      name: 'ingest',
      measure: async () => {
        runs += 1;
        return { 'rows/s': rows.length / (await ingest(channel, boxes(kind, key))) };
      },
    },
    {
      name: 'raw insert',
      measure: async () => ({ 'rows/s': rows.length / (await rawInsert(clickhouse, table, portions)) }),
    },
    options,
  );
  const after = (await stored()).length;
  if (after !== rows.length * runs)
    throw new Error(`${after} rows are stored, ${rows.length * runs} were sent`);
  options.say(
    `  ${kind}: ${count * items * runs} items are stored as ${after} rows, none lost, none doubled.`,
  );
  return { figure: figure(kind), spread: ratios['rows/s'] };
}

/** Figure 9. One side opens boxes, judges consent, hashes, locates and scrubs; the other writes finished rows. */
export const INGEST: Bench = {
  name: 'ingest',
  about: `sealed boxes over the service channel, ${BOXES_PER_REQUEST} a request ÷ JSONEachRow of the same rows`,
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const channel = platform.channel();
    const clickhouse = createClient({ url: platform.facts.clickhouseUrl });
    try {
      const keys = JSON.parse(readFileSync(join(platform.dir, KEYS_FILE), 'utf8')) as DevelopmentKeys;
      const key = createPublicKey(keys.analytics.publicKey);
      if (options.minutes !== undefined) {
        const pid = platform.facts.processes.telemetryApi;
        return [await keepOn({ channel, clickhouse, key, pid }, options.minutes, options.say)];
      }
      const findings = [];
      for (const kind of ['analytics', 'media', 'pose'] as const)
        findings.push(await measure(kind, { channel, clickhouse, key }, options));
      return findings;
    } finally {
      channel.close();
      await clickhouse.close();
      await platform.stop();
    }
  },
};
