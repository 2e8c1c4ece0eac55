import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { Timeslot, TimeslotsQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { invalid, notFound } from '@restartix/errors';
import { caller } from '../../platform/caller';
import { AvailabilityRepository, type TypeInputs } from './availability.repository';
import type { Interval } from './intervals';
import { freeSlots, type Slot } from './slot-engine';
import { DAY, MINUTE } from './zone-clock';

const USUAL_DAYS = 14;
const LONGEST_DAYS = 92;

/** What neighbours need beside the service. */
export type { TypeInputs } from './availability.repository';
export type { Slot } from './slot-engine';
export { DAY, MINUTE } from './zone-clock';

/** A time somebody is about to book. */
export interface HeldTime {
  startsAt: number;
  specialistId: string;
}

/** What is held is taken for everybody else. */
function withHeld(inputs: TypeInputs, held: readonly HeldTime[]): TypeInputs {
  const { duration_minutes, buffer_before_minutes, buffer_after_minutes } = inputs.type;
  const taken = held.map(
    ({ specialistId, startsAt }) =>
      [
        specialistId,
        startsAt - buffer_before_minutes * MINUTE,
        startsAt + (duration_minutes + buffer_after_minutes) * MINUTE,
      ] as const,
  );
  return { ...inputs, busy: [...inputs.busy, ...taken] };
}

/** Free times, computed anew from hours, exceptions and what is taken: nothing is kept that could be out of date. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: AvailabilityRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws not_found for a type the caller may not book, or validation_error for a range that is none. */
  async search(typeId: string, query: TimeslotsQuery, held: readonly HeldTime[] = []): Promise<Timeslot[]> {
    const range = this.rangeOf(query);
    const inputs = await this.inputsOf(typeId, range);
    return this.slotsIn(inputs, range, query.specialist_id, held).map(toTimeslot);
  }

  /** What decides about a type's free times in a range. Throws not_found. */
  async inputsOf(typeId: string, range: Interval): Promise<TypeInputs> {
    const isStranger = caller().role === 'anonymous';
    const inputs = await this.uow.run(() => this.repository.inputs(typeId, isStranger, range));
    if (!inputs) throw notFound();
    return inputs;
  }

  /** Free times of a range, of one specialist or of the first who could. */
  slotsIn(
    inputs: TypeInputs,
    range: Interval,
    specialistId?: string,
    held: readonly HeldTime[] = [],
  ): Slot[] {
    const specialists = inputs.specialists.filter(
      ({ id }) => specialistId === undefined || id === specialistId,
    );
    return freeSlots({ ...withHeld(inputs, held), specialists }, range, this.clock.now().getTime());
  }

  /** Everybody who could take a start, first choice first. */
  candidates(
    inputs: TypeInputs,
    startsAt: number,
    specialistId?: string,
    held: readonly HeldTime[] = [],
  ): Slot[] {
    const order = inputs.specialists.map(({ id }) => id);
    return freeSlots(withHeld(inputs, held), [startsAt, startsAt + 1], this.clock.now().getTime(), true)
      .filter((slot) => specialistId === undefined || slot.specialistId === specialistId)
      .sort((a, b) => order.indexOf(a.specialistId) - order.indexOf(b.specialistId));
  }

  private rangeOf({ from, until }: TimeslotsQuery): Interval {
    const start = from === undefined ? this.clock.now().getTime() : Date.parse(from);
    const end = until === undefined ? start + USUAL_DAYS * DAY : Date.parse(until);
    if (end <= start) throw invalid([{ field: 'until', reason: 'must be after `from`' }]);
    if (end - start > LONGEST_DAYS * DAY)
      throw invalid([{ field: 'until', reason: `must be at most ${LONGEST_DAYS} days after \`from\`` }]);
    return [start, end];
  }
}

export const toTimeslot = ({ startsAt, endsAt, specialistId, clinicId }: Slot): Timeslot => ({
  starts_at: new Date(startsAt).toISOString(),
  ends_at: new Date(endsAt).toISOString(),
  specialist_id: specialistId,
  clinic_id: clinicId,
});
