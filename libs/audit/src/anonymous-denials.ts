import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createContext, requireContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { createAuditEvent } from './audit-event.factory';
import { AuditSink } from './audit-sink';

const MINUTE_MS = 60_000;
/** Past this many addresses in one minute the rest share one entry: a flood does not become memory. */
const ADDRESS_LIMIT = 10_000;

/**
 * Requests refused before anyone was identified: counted per address and minute into one event of the platform log,
 * so that knocking on the door cannot fill the trail.
 */
@Injectable()
export class AnonymousDenials implements OnApplicationShutdown {
  private counts = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sink: AuditSink,
  ) {}

  /** Counts one refused request of the address in the open context. */
  count(): void {
    const address = requireContext().clientAddress ?? '';
    const key = this.counts.has(address) || this.counts.size < ADDRESS_LIMIT ? address : '';
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.timer ??= setTimeout(() => void this.flush().catch(() => undefined), MINUTE_MS).unref();
  }

  /** Writes what was counted; on failure the counts are kept for the next minute. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counted = this.counts;
    if (counted.size === 0) return;
    this.counts = new Map();
    try {
      await runInContext(createContext({ requestId: uuidv7() }), () =>
        this.uow.run(async () => {
          const events = [...counted].map(([address, count]) => ({
            ...createAuditEvent({
              action: 'deny',
              resourceType: 'api',
              success: false,
              details: { failure_reason: 'unauthenticated', count },
            }),
            ip_address: address || null,
          }));
          this.uow.beforeCommit(() => this.sink.statement(events));
        }),
      );
    } catch (error) {
      for (const [address, count] of counted)
        this.counts.set(address, (this.counts.get(address) ?? 0) + count);
      this.timer = setTimeout(() => void this.flush().catch(() => undefined), MINUTE_MS).unref();
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flush().catch(() => undefined);
  }
}
