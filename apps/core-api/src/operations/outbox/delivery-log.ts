import { Injectable } from '@nestjs/common';
import { Metrics, PlatformLogger } from '@restartix/logging';
import type { Backlog, RefusedEvent, WaitingEvent } from './outbox.repository';

/** The backlog is an error when its oldest event is older than this. */
const ALARM_SECONDS = 60;

/** Says what becomes of the relay's batches, in the log and in the metrics. */
@Injectable()
export class DeliveryLog {
  private readonly events;
  private readonly failures;
  private readonly lag;

  constructor(
    private readonly logger: PlatformLogger,
    metrics: Metrics,
  ) {
    this.events = metrics.counter({
      name: 'audit.delivery.events',
      help: 'Audit events handed to the store, by what became of them.',
      labels: ['outcome'],
    });
    this.failures = metrics.counter({ name: 'audit.delivery.failures', help: 'Batches to be sent again.' });
    this.lag = metrics.durations({
      name: 'audit.delivery.lag',
      help: 'From the writing of an event to its delivery, the oldest of each batch.',
    });
  }

  delivered(waiting: readonly WaitingEvent[], refused: readonly RefusedEvent[]): void {
    this.events.add(waiting.length - refused.length, { outcome: 'delivered' });
    this.events.add(refused.length, { outcome: 'refused' });
    this.lag.record(Math.max(0, waiting[0]?.age ?? 0), {});
    for (const { position, reason } of refused) {
      this.logger.error('The audit store refused an event; it is kept as a dead letter', {
        position,
        reason,
      });
    }
  }

  resumed(): void {
    this.logger.info('Audit delivery resumed');
  }

  /** Counts every failure; says the first, with the reason, and then ever more of them in one line. */
  async failed(times: number, error: unknown, backlog: () => Promise<Backlog>): Promise<void> {
    this.failures.add(1, {});
    const isPowerOfTwo = (times & (times - 1)) === 0;
    if (!isPowerOfTwo) return;
    const known = await backlog().catch(() => undefined);
    const level = (known?.oldestSeconds ?? 0) > ALARM_SECONDS ? 'error' : 'warn';
    const reason = times === 1 ? { error } : {};
    this.logger[level]('Audit delivery is waiting', { ...known, failures: times, ...reason });
  }
}
