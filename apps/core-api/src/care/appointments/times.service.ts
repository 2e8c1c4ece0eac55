import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { DomainError, invalid } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import {
  AvailabilityService,
  DAY,
  MINUTE,
  toTimeslot,
  type HeldTime,
  type Slot,
  type TypeInputs,
} from '../scheduling/availability.service';
import { AppointmentCipher } from './appointment.cipher';
import { AppointmentsRepository, type NewAppointment } from './appointments.repository';

const ALTERNATIVES = 5;
const ALTERNATIVE_DAYS = 7;

/** What is asked for. */
export interface Wish {
  inputs: TypeInputs;
  startsAt: number;
  specialistId?: string;
}

type Booking = Pick<NewAppointment, 'status' | 'patient_id' | 'booked_via' | 'hold_id'> & {
  texts: Parameters<AppointmentCipher['seal']>[1];
};

/** Takes times: nobody is ever booked twice, because the database has the last word. */
@Injectable()
export class TimesService {
  constructor(
    private readonly repository: AppointmentsRepository,
    private readonly cipher: AppointmentCipher,
    private readonly availability: AvailabilityService,
    private readonly clock: Clock,
  ) {}

  /** Writes a booking at the first of these times that is not taken. Throws slot_taken with alternatives. */
  async take(
    wish: Wish,
    slots: readonly Slot[],
    { texts, ...booking }: Booking,
  ): Promise<{ id: string; specialist_id: string }> {
    const who = caller();
    const id = uuidv7();
    const row = { organization_id: who.organizationId, id, wrapped_key: null };
    const sealed = await this.cipher.seal(row, texts);
    for (const slot of slots) {
      const isMine = await this.repository.insert({
        ...{ organization_id: who.organizationId, id, ...booking, ...sealed, ...timesOf(wish.inputs, slot) },
        ...{ appointment_type_id: wish.inputs.type.id, mode: wish.inputs.type.mode },
      });
      if (!isMine) continue;
      const step = { from: null, to: booking.status };
      await this.repository.insertTransition(who.organizationId, uuidv7(), id, step, who);
      return { id, specialist_id: slot.specialistId };
    }
    throw this.slotTaken(wish);
  }

  /** What decides about a time and those after it. Throws not_found. */
  inputsAround(typeId: string, startsAt: number): Promise<TypeInputs> {
    return this.availability.inputsOf(typeId, [startsAt - DAY, startsAt + ALTERNATIVE_DAYS * DAY]);
  }

  /** What is said to who was too late, with times that are free. */
  slotTaken({ inputs, startsAt, specialistId }: Wish, held: readonly HeldTime[] = []): DomainError {
    const range = [startsAt, startsAt + ALTERNATIVE_DAYS * DAY] as const;
    const isTaken = (slot: Slot) =>
      slot.startsAt === startsAt && (!specialistId || slot.specialistId === specialistId);
    const free = this.availability
      .slotsIn(inputs, range, specialistId, held)
      .filter((slot) => !isTaken(slot));
    return new DomainError('slot_taken', { alternatives: free.slice(0, ALTERNATIVES).map(toTimeslot) });
  }

  /** The start a request names. Throws validation_error for one that has passed. */
  futureStart(text: string): number {
    const startsAt = Date.parse(text);
    if (startsAt <= this.clock.now().getTime())
      throw invalid([{ field: 'starts_at', reason: 'must be in the future' }]);
    return startsAt;
  }
}

/** Columns of a time, its buffers included. */
export function timesOf({ type }: TypeInputs, { startsAt, endsAt, specialistId, clinicId }: Slot) {
  return {
    specialist_id: specialistId,
    clinic_id: clinicId,
    starts_at: new Date(startsAt),
    ends_at: new Date(endsAt),
    occupied_from: new Date(startsAt - type.buffer_before_minutes * MINUTE),
    occupied_until: new Date(endsAt + type.buffer_after_minutes * MINUTE),
  };
}
