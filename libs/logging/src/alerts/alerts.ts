import type { PlatformLogger } from '../logger';
import { redactText } from '../redaction';
import {
  AlertPort,
  type Alert,
  type AlertLabels,
  type AlertNotice,
  type AlertSink,
  type OpenAlert,
} from './alert.port';

/** An alert that stays open is told again this often. */
const REMIND_MS = 3_600_000;
/** More are not kept: something raises them with labels that never repeat. */
const MOST_OPEN = 1000;
const MAX_LABEL = 128;
const WORD = /^[a-z][a-z0-9_]{0,63}$/;

interface Entry extends OpenAlert {
  toldAt: number;
}

/** Code and labels in one text, labels sorted. */
function keyOf(code: string, labels: AlertLabels): string {
  const parts = Object.keys(labels).sort();
  return [code, ...parts.map((name) => `${name}=${labels[name]}`)].join(' ');
}

/** Labels as sinks may see them. Throws for a name that is no plain word: it is a mistake in our code. */
function plainLabels(labels: AlertLabels): AlertLabels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      if (!WORD.test(name)) throw new Error(`${name} is no name of a label`);
      return [name, typeof value === 'number' ? value : redactText(value).slice(0, MAX_LABEL)];
    }),
  );
}

/** The alerts of one process: deduplicated by code and labels, redacted, sent to every sink. */
export class Alerts extends AlertPort {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly logger: PlatformLogger,
    private readonly sinks: readonly AlertSink[],
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  raise({ code, severity, summary, labels = {} }: Alert): void {
    if (!WORD.test(code)) throw new Error(`${code} is no code of an alert`);
    const plain = plainLabels(labels);
    const key = keyOf(code, plain);
    const at = this.now();
    const known = this.entries.get(key);
    if (!known) {
      this.begin({ key, code, severity, summary: redactText(summary), labels: plain }, at);
      return;
    }
    const isWorse = known.severity !== severity;
    Object.assign(known, { severity, summary: redactText(summary), lastRaisedAt: new Date(at) });
    known.count += 1;
    if (!isWorse && at - known.toldAt < REMIND_MS) return;
    known.toldAt = at;
    this.tell({ event: isWorse ? 'raised' : 'still_open', alert: known });
  }

  resolve(code: string, labels: AlertLabels = {}): void {
    const key = keyOf(code, plainLabels(labels));
    const known = this.entries.get(key);
    if (!known) return;
    this.entries.delete(key);
    this.tell({ event: 'resolved', alert: known });
  }

  open(): OpenAlert[] {
    return [...this.entries.values()].map(({ toldAt: _toldAt, ...alert }) => alert);
  }

  private begin(
    alert: Pick<OpenAlert, 'key' | 'code' | 'severity' | 'summary' | 'labels'>,
    at: number,
  ): void {
    const date = new Date(at);
    const entry = { ...alert, count: 1, firstRaisedAt: date, lastRaisedAt: date, toldAt: at };
    if (this.entries.size < MOST_OPEN) this.entries.set(alert.key, entry);
    this.tell({ event: 'raised', alert: entry });
  }

  private tell(notice: AlertNotice): void {
    for (const sink of this.sinks) void this.send(sink, notice);
  }

  private async send(sink: AlertSink, notice: AlertNotice): Promise<void> {
    try {
      await sink.send(notice);
    } catch (error) {
      this.logger.error('An alert could not be sent', { code: notice.alert.code, error });
    }
  }
}
