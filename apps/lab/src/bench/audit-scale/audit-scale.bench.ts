import { deepStrictEqual } from 'node:assert';
import { AUDIT_BATCH_MAX, type AuditLogEntry } from '@restartix/contracts';
import type { ChannelClient } from '@restartix/service-channel';
import { EventSource } from '../audit/events';
import { ingest } from '../audit/ingest';
import { RawCopy } from '../audit/raw-copy';
import { assertStored, sealed } from '../audit/stored';
import type { Figure, Finding } from '../figure';
import { compare, type Bench, type BenchOptions } from '../harness';
import { runName } from '../load/requests';
import { untilQuiet } from '../machine';
import { BenchPlatform } from '../platform';
import { quantile, type Spread } from '../statistics';

/** Events at which the larger log is measured; the smaller holds a tenth. */
const EVENTS = 200_000;
/** Rows of a block; COPY needs more of them to take as long. */
const BLOCK = { sealed: 10_000, COPY: 60_000 };
const IN_FLIGHT = 4;
const SETTLED_WITHIN_MS = 1_800_000;
const SEARCHES = 100;
const PAGE_SIZE = 25;
/** Besides the two that are searched. */
const OTHERS = Array.from({ length: 8 }, (_, index) => 1001 + index);

const SEARCH: Figure = {
  name: 'search page p95, ten times larger',
  better: 'smaller',
  floor: 3,
  goal: 2,
  stretch: 1.3,
};
const COST: Figure = {
  name: 'cost of a row, ten times larger',
  better: 'smaller',
  floor: 1.3,
  goal: 1.15,
  stretch: 1.05,
};

/** What was measured at one size, each against a reference of the same moment. */
interface AtSize {
  search: Spread;
  rate: Spread;
}

/** Figure 7. */
export const AUDIT_SCALE: Bench = {
  name: 'audit-scale',
  about: 'a search page of the audit log, and storing a row, in a log ten times larger ÷ in the smaller one',
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const channel = platform.channel();
    const copy = await RawCopy.open(platform.lab.superuserUrls.telemetry);
    try {
      return await new Scale(platform, channel, copy, options).measure();
    } finally {
      channel.close();
      await copy.close().catch(() => undefined);
      await platform.stop();
    }
  },
};

class Scale {
  private readonly run = runName();
  private readonly source: EventSource;

  constructor(
    private readonly platform: BenchPlatform,
    private readonly channel: ChannelClient,
    private readonly copy: RawCopy,
    private readonly options: BenchOptions,
  ) {
    const searched = platform.facts.organizations.map(({ id }) => id);
    this.source = new EventSource(this.run, [...searched, ...OTHERS]);
  }

  async measure(): Promise<Finding[]> {
    const size = this.options.events ?? EVENTS;
    const small = await this.at(size / 10);
    const large = await this.at(size);
    await assertStored(this.platform.telemetry, this.run, this.source.count);
    await this.assertPage();
    return [
      { figure: SEARCH, spread: quotient(large.search, small.search) },
      { figure: COST, spread: quotient(small.rate, large.rate) },
    ];
  }

  /** Fills the log up to a size, then measures around it. */
  private async at(size: number): Promise<AtSize> {
    const missing = Math.max(0, size - this.source.count);
    await ingest(this.channel, this.source.batches(missing, AUDIT_BATCH_MAX), IN_FLIGHT);
    await sealed(this.platform.telemetry);
    await this.platform.telemetry.query('analyze');
    await untilQuiet(SETTLED_WITHIN_MS); // copies, counts and checks of what was filled in go on for a while
    this.options.say(`  at ${this.source.count.toLocaleString('en')} events:`);
    const search = await compare<'p95 ms'>(
      { name: 'search', measure: () => this.timesOf((n) => `/v1/audit-logs?${this.query(n)}`) },
      { name: 'me', measure: () => this.timesOf(() => '/v1/me') },
      this.options,
    );
    await this.platform.delivered();
    const rate = await compare<'rows/s'>(
      { name: 'sealed', measure: () => this.rateOf('sealed') },
      { name: 'COPY', measure: () => this.rateOf('COPY') },
      this.options,
    );
    return { search: search['p95 ms'], rate: rate['rows/s'] };
  }

  private async rateOf(side: 'sealed' | 'COPY'): Promise<{ 'rows/s': number }> {
    const source = side === 'sealed' ? this.source : new EventSource('copy', OTHERS);
    const batches = [...source.batches(BLOCK[side], AUDIT_BATCH_MAX)];
    const seconds =
      side === 'sealed'
        ? await ingest(this.channel, batches, IN_FLIGHT)
        : await this.copy.run(batches.flat());
    return { 'rows/s': BLOCK[side] / seconds };
  }

  /** What compliance asks: the newest, of one kind, of a time, of one request that is old or is not there. */
  private query(n: number): string {
    const page = `page_size=${PAGE_SIZE}`;
    const old = Math.floor((this.source.count * (n % 89)) / 89);
    const queries = [
      page,
      `${page}&action=update`,
      `${page}&to=${new Date(Date.now() - 60_000).toISOString()}`,
      `${page}&request_id=${this.run}-${old}`,
    ];
    return queries[n % queries.length] as string;
  }

  private async timesOf(path: (n: number) => string): Promise<{ 'p95 ms': number }> {
    const times: number[] = [];
    for (let n = 0; n < SEARCHES; n += 1) {
      const start = performance.now();
      await this.get(path(n));
      times.push(performance.now() - start);
    }
    return { 'p95 ms': quantile(times, 0.95) };
  }

  private async get(path: string): Promise<{ data: AuditLogEntry[] }> {
    const { coreApi, organizations } = this.platform.facts;
    const answer = await fetch(`${coreApi}${path}`, {
      headers: { authorization: `Bearer ${organizations[0]?.tokens.compliance}` },
    });
    const body = (await answer.json()) as { data: AuditLogEntry[] };
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
    return body;
  }

  /** The page is exactly what the table holds, newest first, of this organization. */
  private async assertPage(): Promise<void> {
    const organization = this.platform.facts.organizations[0]?.id;
    const { data } = await this.get(`/v1/audit-logs?page_size=${PAGE_SIZE}&action=update`);
    const rows = await this.platform.telemetry.query<{ event_id: string }>(
      `select event_id from audit.audit_logs where organization_id = $1 and action = 'update'
        order by "timestamp" desc, event_id desc limit ${PAGE_SIZE}`,
      [organization],
    );
    deepStrictEqual(
      data.map(({ event_id }) => event_id),
      rows.map(({ event_id }) => event_id),
    );
  }
}

/** One spread through another; the widest there can be. */
function quotient(a: Spread, b: Spread): Spread {
  return { median: a.median / b.median, min: a.min / b.max, max: a.max / b.min };
}
