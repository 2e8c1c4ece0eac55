import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Values of the labels a metric declared. */
export type LabelValues<L extends string> = Readonly<Record<L, string | number>>;

export interface MetricOptions<L extends string> {
  /** As OpenTelemetry names it, with its unit where it has one: `http.server.request.duration`. */
  name: string;
  help: string;
  /** Seconds, bytes, a ratio; absent for plain counts. */
  unit?: 'seconds' | 'bytes' | 'ratio';
  /** Names as OpenTelemetry gives them: `http.route`. Never who or whose. */
  labels?: readonly L[];
}

/** Label sets one metric may have; what comes after is counted under `other`. */
const MOST_SERIES = 1000;
const OTHER = 'other';
const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
/** Who and whose: such a label would be as wide as the clinics are busy, and tell of people. */
const FORBIDDEN =
  /(^|[._])(user|patient|person|member|organization|org|tenant|email|ip|address|session|request_id|trace_id)([._]|$)/;
/** The bounds OpenTelemetry advises for durations of requests, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const underscored = (name: string): string => name.replaceAll('.', '_');

/** Holds a metric to so many label sets. */
class Bounded<L extends string> {
  private readonly seen = new Set<string>();
  private readonly rest: Record<string, string>;

  constructor(private readonly labels: readonly L[]) {
    this.rest = Object.fromEntries(labels.map((label) => [underscored(label), OTHER]));
  }

  /** The labels as Prometheus takes them; all `other` once there are too many. */
  of(values: LabelValues<L>): Record<string, string | number> {
    const given: Record<string, string | number> = {};
    let key = '';
    for (const label of this.labels) {
      given[underscored(label)] = values[label];
      key += `${values[label]}\u0000`;
    }
    if (this.seen.has(key)) return given;
    if (this.seen.size >= MOST_SERIES) return this.rest;
    this.seen.add(key);
    return given;
  }
}

/** The metrics of one process, for Prometheus to read. Declare a metric once, where what it counts happens. */
export class Metrics {
  private readonly registry = new Registry();

  constructor(service: string) {
    this.gauge({ name: 'target_info', help: 'What this process is.', labels: ['service.name'] }).set(1, {
      'service.name': service,
    });
  }

  /** What only grows: `add(1, labels)`, when it happens or in `collect`, which runs at every reading. */
  counter<L extends string = never>(
    options: MetricOptions<L>,
    collect?: (add: (by: number, values: LabelValues<L>) => void) => void | Promise<void>,
  ) {
    const bounded = new Bounded(options.labels ?? []);
    const add = (by: number, values: LabelValues<L>): void => metric.inc(bounded.of(values), by);
    const metric: Counter = new Counter({
      ...this.describe(options, '_total'),
      registers: [this.registry],
      ...(collect ? { collect: () => collect(add) } : {}),
    });
    return { add };
  }

  /** What goes up and down: `set(value, labels)`, when it changes or in `collect`, which runs at every reading. */
  gauge<L extends string = never>(
    options: MetricOptions<L>,
    collect?: (set: (value: number, values: LabelValues<L>) => void) => void | Promise<void>,
  ) {
    const bounded = new Bounded(options.labels ?? []);
    const set = (value: number, values: LabelValues<L>): void => metric.set(bounded.of(values), value);
    const metric: Gauge = new Gauge({
      ...this.describe(options),
      registers: [this.registry],
      ...(collect ? { collect: () => collect(set) } : {}),
    });
    return { set };
  }

  /** How long things took, in seconds: `record(seconds, labels)`. */
  durations<L extends string = never>(options: Omit<MetricOptions<L>, 'unit'>) {
    const metric = new Histogram({
      ...this.describe({ ...options, unit: 'seconds' }),
      buckets: SECONDS,
      registers: [this.registry],
    });
    const bounded = new Bounded(options.labels ?? []);
    return {
      record: (seconds: number, values: LabelValues<L>) => metric.observe(bounded.of(values), seconds),
    };
  }

  /** Everything in the text form of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private describe<L extends string>({ name, help, unit, labels = [] }: MetricOptions<L>, ending = '') {
    for (const word of [name, ...labels])
      if (!NAME.test(word)) throw new Error(`${word} is no name of a metric`);
    for (const label of labels) {
      if (FORBIDDEN.test(label)) throw new Error(`${label} would tell of people: no label of a metric`);
    }
    const full = [underscored(name), unit].filter(Boolean).join('_') + ending;
    return { name: full, help, labelNames: labels.map(underscored) };
  }
}
