import { Injectable } from '@nestjs/common';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import { PlatformLogger } from '@restartix/logging';
import { placeOf } from '../../platform/places';
import {
  InboundEventsRepository,
  type ClaimedEvent,
  type InboundEventRow,
  type Outcome,
} from './inbound-events.repository';

/** An event as a vendor told it. `subject` names the thing it is about, by the vendor's ids. */
export interface InboundEvent {
  vendor: string;
  id: string;
  type: string;
  subject: string;
  occurredAt: Date;
  payload: unknown;
}

/**
 * Does the work of one event, inside an open unit of work of the system for no organization. `not_yet` when something
 * it needs has not been told yet: it is tried again.
 */
export type InboundHandler = (event: InboundEvent) => Promise<'done' | 'ignored' | 'not_yet'>;

/** 2 + 4 + … + 2048 seconds: what has not come in an hour does not come. */
const ATTEMPTS = 11;

/** Takes in what vendors tell us, each event once, and has it worked on in the order things happened. */
@Injectable()
export class InboundEventsService {
  private readonly handlers = new Map<string, InboundHandler>();
  private taken: () => void = () => undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: InboundEventsRepository,
    private readonly keys: KeyRing,
    private readonly logger: PlatformLogger,
  ) {}

  /** Names who works on the events of a vendor; once, when the service starts. */
  handle(vendor: string, handler: InboundHandler): void {
    this.handlers.set(vendor, handler);
  }

  /** Names who is told that something was taken in. */
  onTaken(listener: () => void): void {
    this.taken = listener;
  }

  /** Stores an event that was proved to be the vendor's; a duplicate changes nothing. */
  async take(event: InboundEvent): Promise<void> {
    const { vendor, id, type, subject, occurredAt } = event;
    const place = placeFor(vendor, id);
    const payload = await this.keys.seal(PLATFORM_ORGANIZATION, JSON.stringify(event.payload), place);
    const row = { vendor, vendor_event_id: id, type, subject, occurred_at: occurredAt, payload };
    await this.uow.asSystem(`webhook of ${vendor}`, null, () => this.repository.insert(row));
    this.taken();
  }

  /** Works on the next event that is due; false when there is none. One that fails is tried again, later and later. */
  async workOnNext(): Promise<boolean> {
    let claimed: ClaimedEvent | undefined;
    try {
      return await this.asSystem(async () => {
        claimed = await this.repository.claim();
        if (!claimed) return false;
        const outcome = await this.workOn(claimed);
        if (outcome === 'not_yet') await this.tryLater(claimed);
        else await this.repository.finish(claimed, outcome);
        return true;
      });
    } catch (error) {
      const failed = claimed;
      if (!failed) throw error;
      const { vendor, type } = failed;
      this.logger.warn('Work on an event of a vendor failed', { vendor, type, error });
      await this.asSystem(() => this.tryLater(failed));
      return true;
    }
  }

  private asSystem<T>(work: () => Promise<T>): Promise<T> {
    return this.uow.asSystem('told by a vendor', null, work);
  }

  private async workOn(row: InboundEventRow): Promise<Outcome | 'not_yet'> {
    const handler = this.handlers.get(row.vendor);
    if (!handler) return 'not_yet';
    await this.repository.lockSubject(row);
    if (await this.repository.isOutdated(row)) return 'outdated';
    const { vendor, vendor_event_id: id, type, subject, occurred_at: occurredAt } = row;
    const text = await this.keys.open(PLATFORM_ORGANIZATION, row.payload, placeFor(vendor, id));
    return handler({ vendor, id, type, subject, occurredAt, payload: JSON.parse(text) });
  }

  private async tryLater(event: ClaimedEvent): Promise<void> {
    const attempts = event.attempts + 1;
    if (attempts < ATTEMPTS) return this.repository.postpone(event, 2 ** attempts);
    const { vendor, vendor_event_id: id, type } = event;
    this.logger.error('An event of a vendor could not be worked on', { vendor, id, type });
    await this.repository.finish(event, 'failed');
  }
}

const placeFor = (vendor: string, id: string): string =>
  placeOf(PLATFORM_ORGANIZATION, 'inbound_events', 'payload', `${vendor}/${id}`);
