import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { createContext, requireContext, runInContext } from '@restartix/context';
import type { AuditEvent } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { createAuditEvent } from './audit-event.factory';
import { AuditSink } from './audit-sink';

const MINUTE_MS = 60_000;
/** Past this many entries in one minute the rest share one: a flood does not become memory. */
const ENTRY_LIMIT = 10_000;

/** Requests of one address refused for one reason. */
interface Refused {
  address: string | null;
  reason: string;
  count: number;
}

/**
 * Requests refused before anyone was identified: counted per address, reason and minute into one event of the platform
 * log, so that knocking on the door cannot fill the trail.
 */
@Injectable()
export class AnonymousDenials implements BeforeApplicationShutdown {
  private counts = new Map<string, Refused>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sink: AuditSink,
  ) {}

  /** Counts one refused request of the address in the open context. */
  count(reason: string): void {
    const address = requireContext().clientAddress;
    const fits = this.counts.has(keyOf({ address, reason })) || this.counts.size < ENTRY_LIMIT;
    this.add({ address: fits ? address : null, reason, count: 1 });
    this.timer ??= this.inAMinute();
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
          const events = [...counted.values()].map(eventOf);
          this.uow.beforeCommit(() => this.sink.statement(events));
        }),
      );
    } catch (error) {
      for (const refused of counted.values()) this.add(refused);
      this.timer ??= this.inAMinute();
      throw error;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush().catch(() => undefined);
  }

  private add(refused: Refused): void {
    const count = (this.counts.get(keyOf(refused))?.count ?? 0) + refused.count;
    this.counts.set(keyOf(refused), { ...refused, count });
  }

  private inAMinute(): NodeJS.Timeout {
    return setTimeout(() => void this.flush().catch(() => undefined), MINUTE_MS).unref();
  }
}

const keyOf = ({ address, reason }: Pick<Refused, 'address' | 'reason'>): string =>
  `${reason} ${address ?? ''}`;

function eventOf({ address, reason, count }: Refused): AuditEvent {
  const details = { failure_reason: reason, count };
  const event = createAuditEvent({ action: 'deny', resourceType: 'api', success: false, details });
  return { ...event, ip_address: address };
}
