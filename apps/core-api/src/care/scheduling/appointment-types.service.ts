import { Injectable } from '@nestjs/common';
import {
  pageMeta,
  type AppointmentType,
  type AppointmentTypeListQuery,
  type CreateAppointmentTypeRequest,
  type PageMeta,
  type UpdateAppointmentTypeRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertSomething } from '../../platform/columns';
import { AppointmentTypesRepository } from './appointment-types.repository';

/** What can be booked, and with whom. */
@Injectable()
export class AppointmentTypesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: AppointmentTypesRepository,
  ) {}

  async list(query: AppointmentTypeListQuery): Promise<{ data: AppointmentType[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(() => this.repository.list(query));
    return { data: rows, meta: pageMeta(query, total) };
  }

  /** Throws not_found. */
  async read(id: string): Promise<AppointmentType> {
    const type = await this.uow.run(() => this.repository.find(id));
    if (!type) throw notFound();
    return type;
  }

  /** Starts follow one another without a gap unless a step is given. Throws conflict for an unknown clinic or specialist. */
  create(request: CreateAppointmentTypeRequest): Promise<AppointmentType> {
    assertSpecialists(request);
    const { organizationId } = caller();
    const id = uuidv7();
    const { duration_minutes, buffer_before_minutes = 0, buffer_after_minutes = 0 } = request;
    const whole = Math.min(480, duration_minutes + buffer_before_minutes + buffer_after_minutes);
    const { specialists, ...fields } = { ...request, step_minutes: request.step_minutes ?? whole };
    return this.uow.run(async () => {
      await this.repository.insert(organizationId, id, fields);
      if (specialists) await this.repository.putSpecialists(organizationId, id, specialists);
      return this.read(id);
    });
  }

  /** Throws not_found, conflict as {@link create}, or validation_error for an empty change. */
  change(id: string, change: UpdateAppointmentTypeRequest): Promise<AppointmentType> {
    assertSomething(change);
    assertSpecialists(change);
    const { organizationId } = caller();
    const { specialists, ...fields } = change;
    return this.uow.run(async () => {
      if (!(await this.repository.update(id, fields))) throw notFound();
      if (specialists) await this.repository.putSpecialists(organizationId, id, specialists);
      return this.read(id);
    });
  }
}

function assertSpecialists({ specialists = [] }: UpdateAppointmentTypeRequest): void {
  const ids = specialists.map(({ specialist_id }) => specialist_id);
  if (new Set(ids).size < ids.length)
    throw invalid([{ field: 'specialists', reason: 'must hold each specialist once' }]);
}
