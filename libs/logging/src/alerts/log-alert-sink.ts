import type { PlatformLogger } from '../logger';
import type { AlertNotice, AlertSeverity, AlertSink } from './alert.port';

const LEVELS = { info: 'info', warning: 'warn', error: 'error', critical: 'error' } as const satisfies Record<
  AlertSeverity,
  string
>;

/** Writes alerts into the log, one line each, under the logger `alert`. */
export class LogAlertSink implements AlertSink {
  private readonly logger: PlatformLogger;

  constructor(logger: PlatformLogger) {
    this.logger = logger.child('alert');
  }

  send({ event, alert }: AlertNotice): void {
    const { code, severity, summary, labels, count, firstRaisedAt } = alert;
    const facts = { event, code, severity, labels, count, since: firstRaisedAt.toISOString() };
    this.logger[event === 'resolved' ? 'info' : LEVELS[severity]](summary, facts);
  }
}
