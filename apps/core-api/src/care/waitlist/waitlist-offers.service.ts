import { Injectable } from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { SettingsService } from '../../organizations/settings/settings.service';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { offerEnd, OffersService } from '../appointments/offers.service';
import { AvailabilityService, DAY, type TypeInputs } from '../scheduling/availability.service';
import { WaitlistRepository, type EntryRow } from './waitlist.repository';
import { organizationIds } from '../../platform/organization-ids.repository';

/** Nobody is offered a time further ahead. */
const AHEAD_DAYS = 62;

/**
 * Offers free times to those who wait for them, first come first, one at a time each; what is not taken in its time
 * goes to the next. In any number of processes: an organization's offers are made by one of them at a time.
 */
@Injectable()
export class WaitlistOffersService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: WaitlistRepository,
    private readonly offers: OffersService,
    private readonly availability: AvailabilityService,
    private readonly settings: SettingsService,
    private readonly messages: MessagingService,
  ) {}

  /** Ends what is over and offers what is free, in every organization; answers how many offers were made. */
  offerDue(now: Date): Promise<number> {
    return runInContext(createContext({ requestId: uuidv7() }), async () => {
      const organizations = await this.uow.asSystem('who waits for times', null, () =>
        organizationIds(this.uow),
      );
      let made = 0;
      for (const id of organizations) made += await this.offerIn(id, now);
      return made;
    });
  }

  private offerIn(organizationId: number, now: Date): Promise<number> {
    return this.uow.asSystem('offer times to those who wait', organizationId, async () => {
      await this.repository.lock(organizationId);
      for (const { id, appointment_id } of await this.repository.ended(now)) {
        if (appointment_id) await this.offers.withdraw(appointment_id, 'offer_expired');
        await this.repository.change(id, 'waiting', null);
      }
      const waiting = await this.repository.waiting(now);
      if (waiting.length === 0) return 0;
      const { feature_flags, waitlist_offer_minutes } = await this.settings.current();
      if (!feature_flags.waitlist) return 0;
      const known = new Map<string, Promise<TypeInputs | undefined>>();
      let made = 0;
      for (const entry of waiting)
        if (await this.offerTo(entry, now.getTime(), waitlist_offer_minutes, known)) made += 1;
      return made;
    });
  }

  private async offerTo(
    entry: EntryRow,
    now: number,
    minutes: number,
    known: Map<string, Promise<TypeInputs | undefined>>,
  ): Promise<boolean> {
    const { id, appointment_type_id: type, patient_id: patientId, specialist_id } = entry;
    const inputs = await this.inputsOf(type, now, known);
    if (!inputs) return false;
    const from = Math.max(now, entry.earliest?.getTime() ?? now);
    const until = Math.min(now + AHEAD_DAYS * DAY, entry.latest?.getTime() ?? Infinity);
    const free = this.availability.slotsIn(inputs, [from, until], specialist_id ?? undefined);
    const offer = await this.offers.offer(patientId, inputs, free);
    if (!offer) return false;
    const end = offerEnd(now, minutes, offer.startsAt);
    await this.repository.change(id, 'offered', offer.appointmentId, end);
    await this.messages.enqueue({
      ...{ template: 'waitlist.offered', channel: 'email', recipient: { patientId } },
      ...{ data: { entry_id: id }, dedupeKey: `waitlist:${offer.appointmentId}` },
    });
    return true;
  }

  /** What decides about a type's times, looked at once a round: what was offered since then the constraint knows. */
  private inputsOf(
    type: string,
    now: number,
    known: Map<string, Promise<TypeInputs | undefined>>,
  ): Promise<TypeInputs | undefined> {
    let inputs = known.get(type);
    if (!inputs) {
      inputs = this.availability.inputsOf(type, [now, now + AHEAD_DAYS * DAY]).catch(ifGone);
      known.set(type, inputs);
    }
    return inputs;
  }
}

/** A type that is no longer active is waited for in vain. */
function ifGone(error: unknown): undefined {
  if (error instanceof DomainError && error.code === 'not_found') return undefined;
  throw error;
}
