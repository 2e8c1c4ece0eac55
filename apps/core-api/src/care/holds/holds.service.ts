import { Injectable } from '@nestjs/common';
import {
  type ClaimHoldRequest,
  type Hold,
  type HoldState,
  type PublicBooking,
  type PublicBookingRequest,
} from '@restartix/contracts';
import { Clock } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, notFound } from '@restartix/errors';
import { TimesService } from '../appointments/times.service';
import { AvailabilityService } from '../scheduling/availability.service';
import { holdIdOf, HoldStore, HOLD_MS, parseHoldId, type HeldSlot } from './hold-store';
import { StrangerRepository } from './stranger.repository';

/** How many times of a type a client may hold at once. */
const QUOTA = 3;

/** Strangers hold a time while they fill in who they are, and book it. Throws not_found for an unpublished type. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly strangers: StrangerRepository,
    private readonly store: HoldStore,
    private readonly availability: AvailabilityService,
    private readonly times: TimesService,
    private readonly clock: Clock,
  ) {}

  /** Claims a time for half a minute. Throws slot_taken with alternatives, or conflict when the client holds too many. */
  claim({
    appointment_type_id: typeId,
    starts_at,
    specialist_id,
    client_id,
  }: ClaimHoldRequest): Promise<Hold> {
    const startsAt = Date.parse(starts_at);
    return this.strangers.forType(typeId, async () => {
      const held = await this.store.heldOf(typeId);
      const inputs = await this.times.inputsAround(typeId, startsAt);
      for (const slot of this.availability.candidates(inputs, startsAt, specialist_id, held)) {
        const claimed = await this.store.claim(
          { typeId, startsAt, specialistId: slot.specialistId },
          client_id,
          QUOTA,
        );
        if (claimed === 'quota') throw conflict(`At most ${QUOTA} times can be held at once.`);
        if (claimed !== 'taken') return this.present(claimed);
      }
      throw this.times.slotTaken({ inputs, startsAt, specialistId: specialist_id }, held);
    });
  }

  /** Heartbeat: each that is still the client's lives half a minute more. */
  heartbeat(clientId: string, ids: readonly string[]): Promise<HoldState[]> {
    return this.each(ids, (held) => this.store.extend(held, clientId, true));
  }

  check(clientId: string, ids: readonly string[]): Promise<HoldState[]> {
    return this.each(ids, (held) => this.store.isHeldBy(held, clientId));
  }

  list(typeId: string, clientId: string): Promise<Hold[]> {
    return this.strangers.forType(typeId, async () =>
      (await this.store.heldBy(typeId, clientId)).map((held) => this.present(held)),
    );
  }

  /** Answers which were released. */
  releaseAll(typeId: string, clientId: string): Promise<HoldState[]> {
    return this.strangers.forType(typeId, async () => {
      const held = await this.store.heldBy(typeId, clientId);
      for (const slot of held) await this.store.end(slot, clientId, 'release');
      return held.map((slot) => ({ id: holdIdOf(slot), is_held: false }));
    });
  }

  /**
   * Books a held time for a stranger: contact data only, `booked` until a record is made. The hold is consumed; the
   * database has the last word. Throws slot_taken when the hold is not, or no longer, the client's.
   */
  book(
    typeId: string,
    { hold_id, client_id, contact, reason }: PublicBookingRequest,
  ): Promise<PublicBooking> {
    return this.strangers.forType(typeId, async () => {
      const held = parseHoldId(hold_id);
      if (held.typeId !== typeId) throw notFound();
      if (!(await this.store.extend(held, client_id, false))) throw await this.lost(held);
      const booked = await this.uow.run(async () => {
        const inputs = await this.times.inputsAround(typeId, held.startsAt);
        const wish = { inputs, startsAt: held.startsAt, specialistId: held.specialistId };
        const slots = this.availability.candidates(inputs, held.startsAt, held.specialistId);
        return this.times.take(wish, slots, {
          ...{ status: 'booked', patient_id: null, booked_via: 'public', hold_id },
          texts: {
            ...{ contact_name: contact.name, contact_email: contact.email },
            contact_phone: contact.phone,
            reason,
          },
        });
      });
      await this.store.end(held, client_id, 'confirm').catch(() => undefined); // it is booked; the hold runs out by itself
      const starts_at = new Date(held.startsAt).toISOString();
      return { id: booked.id, status: 'booked', starts_at, specialist_id: booked.specialist_id };
    });
  }

  /** What is said to whose hold is not, or no longer, theirs. */
  private async lost({ typeId, startsAt, specialistId }: HeldSlot): Promise<DomainError> {
    const held = await this.store.heldOf(typeId);
    const inputs = await this.times.inputsAround(typeId, startsAt);
    return this.times.slotTaken({ inputs, startsAt, specialistId }, held);
  }

  private async each(
    ids: readonly string[],
    ask: (held: HeldSlot) => Promise<boolean>,
  ): Promise<HoldState[]> {
    const states: HoldState[] = [];
    for (const id of ids) states.push({ id, is_held: await ask(parseHoldId(id)) });
    return states;
  }

  private present(held: HeldSlot): Hold {
    return {
      id: holdIdOf(held),
      starts_at: new Date(held.startsAt).toISOString(),
      specialist_id: held.specialistId,
      expires_at: new Date(this.clock.now().getTime() + HOLD_MS).toISOString(),
    };
  }
}
