import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  AUDIT_BATCH_MAX,
  PLATFORM_ORGANIZATION,
  type AuditIngestResponse,
  type AuditIngestResult,
} from '@restartix/contracts';
import { EnvelopeError } from '@restartix/crypto';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { ChannelClient } from '@restartix/service-channel';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { userPlace } from '../../platform/places';
import { DeliveryLog } from './delivery-log';
import { OutboxRepository, type RefusedEvent, type WaitingEvent } from './outbox.repository';

/** Other instances commit without waking this one; it looks by itself this often. */
const POLL_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** A batch of more events than this says that the API is busy: the next waits to carry more at the same cost. */
const BUSY_ABOVE = 8;
const GATHER_MS = 100;

type Outcome = Pick<AuditIngestResult, 'status' | 'reason'>;

/**
 * Delivers the outbox to telemetry-api: at least once, in batches, in the order of arrival; batches of several
 * instances may pass each other. One batch is under way at a time: a second took nearly all that was left of the machine
 * from those who call the API. A row leaves only after the store's commit. While the store is away the outbox grows and
 * this says so.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private running: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private woken = false;
  private failures = 0;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly channel: ChannelClient,
    private readonly keys: KeyRing,
    private readonly log: DeliveryLog,
    private readonly uow: UnitOfWork,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.OUTBOX_RELAY) return;
    this.uow.onCommit(() => this.nudge());
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.nudge();
    await this.running;
  }

  private nudge(): void {
    this.woken = true;
    this.wake?.();
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.woken = false;
      const startedAt = performance.now();
      const taken = await this.round();
      if (taken > BUSY_ABOVE) await this.pause(Math.max(0, startedAt + GATHER_MS - performance.now()), true);
      if (this.woken) continue;
      await this.pause(this.failures ? Math.min(LONGEST_PAUSE_MS, 100 * 2 ** this.failures) : POLL_MS);
    }
  }

  /**
   * Everything that waits, one batch after another; answers how many events the first took. A failure is counted and
   * reported, never thrown.
   */
  private async round(): Promise<number> {
    try {
      const first = await this.batch();
      for (let taken = first; isFull(taken) && !this.stopping;) taken = await this.batch();
      return first;
    } catch (error) {
      this.failures += 1;
      await this.log.failed(this.failures, error, () => this.outbox.backlog());
      return 0;
    }
  }

  /** Delivers a batch; answers how many events it took. */
  private async batch(): Promise<number> {
    const taken = await this.outbox.drain(AUDIT_BATCH_MAX, (waiting) => this.deliver(waiting));
    if (this.failures > 0) this.log.resumed();
    this.failures = 0;
    return taken;
  }

  private async deliver(waiting: WaitingEvent[]): Promise<RefusedEvent[]> {
    const results = await this.send(await this.withAddresses(waiting));
    const refused: RefusedEvent[] = [];
    waiting.forEach(({ position }, index) => {
      const result = results[index];
      if (result?.status === 'refused') refused.push({ position, reason: result.reason ?? 'refused' });
    });
    this.log.delivered(waiting, refused);
    return refused;
  }

  /** A batch refused as a whole is halved until the one event that cannot be sent stands alone. */
  private async send(events: readonly string[]): Promise<Outcome[]> {
    try {
      const request = `{"events":[${events.join(',')}]}`;
      return (await this.channel.postText<AuditIngestResponse>('/internal/v1/audit-events', request)).results;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (events.length === 1) return [{ status: 'refused', reason: error.code }];
      const middle = Math.ceil(events.length / 2);
      return [...(await this.send(events.slice(0, middle))), ...(await this.send(events.slice(middle)))];
    }
  }

  /**
   * The JSON texts of the events. The outbox holds the actor's address as an envelope; the store gets it plain and
   * seals it with its own key. An actor's events hold the same envelope, which is opened once.
   */
  private withAddresses(waiting: readonly WaitingEvent[]): Promise<string[]> {
    const opened = new Map<string, Promise<string | null>>();
    return Promise.all(
      waiting.map(async ({ event, userId, sealedAddress }) => {
        if (!sealedAddress || !userId) return event;
        const whose = `${userId} ${sealedAddress}`;
        const known = opened.get(whose) ?? this.openAddress(sealedAddress, userId);
        opened.set(whose, known);
        return `{"user_email":${JSON.stringify(await known)},${event.slice(1)}`;
      }),
    );
  }

  private async openAddress(envelope: string, userId: string): Promise<string | null> {
    try {
      return await this.keys.open(PLATFORM_ORGANIZATION, envelope, userPlace('email', userId));
    } catch (error) {
      if (error instanceof EnvelopeError) return null;
      throw error;
    }
  }

  /** Waits until `milliseconds` have passed; a commit ends it at once, unless something fails or is gathered. */
  private pause(milliseconds: number, gathers = false): Promise<void> {
    const isPatient = gathers || this.failures > 0;
    if (this.stopping || (this.woken && !isPatient)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const finish = (): void => {
        if (!isPatient || this.stopping) done();
      };
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.wake = finish;
    });
  }
}

/** After a full batch more may wait. */
const isFull = (taken: number): boolean => taken === AUDIT_BATCH_MAX;

/** The request itself was refused (its size, its form); sending it again would be refused again. */
function isRefusal(error: unknown): error is DomainError {
  const codes = ['bad_request', 'malformed_json', 'validation_error', 'payload_too_large'];
  return error instanceof DomainError && codes.includes(error.code);
}
