import { Injectable } from '@nestjs/common';
import type { AddOverrideRequest, DateOverride, PutScheduleRequest, Schedule } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { forbidden, invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { SchedulesRepository } from './schedules.repository';
import { DAY } from './zone-clock';

const LONGEST_OVERRIDE_DAYS = 370;

/** When specialists work. A specialist plans the own time, the desk everybody's. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SchedulesRepository,
  ) {}

  /** Throws not_found. */
  async read(specialistId: string): Promise<Schedule> {
    const schedule = await this.uow.run(() => this.repository.find(specialistId));
    if (!schedule) throw notFound();
    return schedule;
  }

  /** Throws not_found, forbidden for another's schedule, or conflict for an unknown clinic. */
  put(specialistId: string, { weekly_hours }: PutScheduleRequest): Promise<Schedule> {
    const empty = weekly_hours.findIndex(({ start, end }) => start === end);
    if (empty >= 0)
      throw invalid([{ field: `weekly_hours.${empty}.end`, reason: 'must differ from the start' }]);
    return this.uow.run(async () => {
      await this.assertMayPlan(specialistId);
      const rows = weekly_hours.map((hours) => ({ id: uuidv7(), ...hours }));
      await this.repository.replaceHours(caller().organizationId, specialistId, rows);
      return this.read(specialistId);
    });
  }

  /** Throws as {@link put}, or validation_error for a range that is none. */
  addOverride(specialistId: string, request: AddOverrideRequest): Promise<DateOverride> {
    const length = Date.parse(request.ends_at) - Date.parse(request.starts_at);
    if (!(length > 0)) throw invalid([{ field: 'ends_at', reason: 'must be after the start' }]);
    if (length > LONGEST_OVERRIDE_DAYS * DAY)
      throw invalid([
        { field: 'ends_at', reason: `must be at most ${LONGEST_OVERRIDE_DAYS} days after the start` },
      ]);
    return this.uow.run(async () => {
      await this.assertMayPlan(specialistId);
      return this.repository.insertOverride(caller().organizationId, specialistId, uuidv7(), request);
    });
  }

  /** Throws not_found, or forbidden for another's schedule. */
  removeOverride(specialistId: string, id: string): Promise<DateOverride> {
    return this.uow.run(async () => {
      await this.assertMayPlan(specialistId);
      const removed = await this.repository.removeOverride(specialistId, id);
      if (!removed) throw notFound();
      return removed;
    });
  }

  private async assertMayPlan(specialistId: string): Promise<void> {
    const owner = await this.repository.ownerOf(specialistId);
    if (!owner) throw notFound();
    const { role, userId } = caller();
    if (role === 'specialist' && owner.user_id !== userId)
      throw forbidden('Specialists plan their own time.');
  }
}
