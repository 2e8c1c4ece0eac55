import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildName } from '../../state/lab-file';
import type { Figure, Finding } from '../figure';
import { compare, type Bench, type BenchOptions, type Block, type Side } from '../harness';
import type { LoadOrder } from '../load/loader';
import { Loader } from '../load/processes';
import { assertAllOk, patientRequests, runName } from '../load/requests';
import { pin, sharedProcessors, untilQuiet } from '../machine';
import { BenchPlatform } from '../platform';

const CONNECTIONS = 16;
const SECONDS = 4;
/** Until whoever leans on it has noticed that it is gone. */
const NOTICED_MS = 1_500;
const BACK_MS = 30_000;

type Measured = 'p50 ms' | 'p95 ms';

/** What care must not wait for. */
const AWAY: readonly { child: ChildName; name: string }[] = [
  { child: 'clickhouse', name: 'ClickHouse' },
  { child: 'redis', name: 'Redis' },
  { child: 'telemetryApi', name: 'telemetry-api' },
];

const figure = (name: string): Figure => ({ name, better: 'smaller', floor: 1.5, goal: 1.1, stretch: 1.02 });

export const DEGRADATION: Bench = {
  name: 'degradation',
  about: 'GET /v1/patients/{id} without ClickHouse, Redis or telemetry-api ÷ with everything up',
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const loader = new Loader();
    try {
      const { measured, others } = sharedProcessors();
      pin(platform.facts.processes.coreApi, measured);
      pin(loader.pid, others);
      return await new Outages(platform, loader, options).measure();
    } finally {
      loader.stop();
      await platform.stop();
    }
  },
};

/** The same reads at the same rate, with one thing after another away. */
class Outages {
  private readonly prefix = runName();
  private views = 0;

  constructor(
    private readonly platform: BenchPlatform,
    private readonly loader: Loader,
    private readonly options: BenchOptions,
  ) {}

  async measure(): Promise<Finding[]> {
    const { perSecond } = await this.load();
    const rate = perSecond / 4;
    const reference: Side<Measured> = { name: 'everything up', measure: () => this.block(rate) };
    const findings: Finding[] = [];
    for (const { child, name } of AWAY) {
      this.options.say(`  without ${name}, at ${Math.round(rate)} requests per second:`);
      const subject = { name: `without ${name}`, measure: () => this.without(child, rate) };
      const ratios = await compare<Measured>(subject, reference, this.options);
      findings.push({ figure: figure(`p50 without ${name}`), spread: ratios['p50 ms'] });
      findings.push({ figure: figure(`p95 without ${name}`), spread: ratios['p95 ms'] });
    }
    await this.platform.assertOneViewEach(this.prefix, this.views);
    this.options.say(`  ${this.views.toLocaleString('en')} requests left exactly one view event each.`);
    return findings;
  }

  /** A block while something is away, and then back: the next one finds everything up and delivered. */
  private async without(child: ChildName, rate: number): Promise<Block<Measured>> {
    const { lab } = this.platform;
    await lab.hold(child);
    try {
      await sleep(NOTICED_MS);
      return await this.block(rate);
    } finally {
      lab.release(child);
      await lab.whenReady();
      await this.allWell();
      await this.platform.delivered();
      await untilQuiet(this.options.patienceMs); // what has come back is busy with it for a while
    }
  }

  private async block(rate: number): Promise<Block<Measured>> {
    const { p50, p95 } = await this.load(rate);
    return { 'p50 ms': p50, 'p95 ms': p95 };
  }

  private async load(rate?: number) {
    const order: LoadOrder = {
      port: Number(new URL(this.platform.facts.coreApi).port),
      requests: patientRequests(this.platform),
      idPrefix: `${this.prefix}-${this.views}`,
      connections: CONNECTIONS,
      seconds: SECONDS,
      rate,
    };
    const report = await this.loader.run(order);
    assertAllOk(report);
    this.views += report.sent;
    return report;
  }

  /** Throws when the platform does not say in time that everything it leans on is well again. */
  private async allWell(): Promise<void> {
    const until = Date.now() + BACK_MS;
    for (;;) {
      const answer = await fetch(`${this.platform.facts.coreApi}/health`);
      const { status } = (await answer.json()) as { status: string };
      if (status === 'ok') return;
      if (Date.now() > until) throw new Error(`core-api still says it is ${status}`);
      await sleep(200);
    }
  }
}
