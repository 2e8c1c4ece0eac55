import { Injectable } from '@nestjs/common';
import {
  pageMeta,
  type Clinic,
  type ClinicListQuery,
  type CreateClinicRequest,
  type PageMeta,
  type UpdateClinicRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertSomething } from '../../platform/columns';
import { isHolidayCalendar } from '../../platform/holidays';
import { ClinicsRepository } from './clinics.repository';

/** Locations of the caller's organization. */
@Injectable()
export class ClinicsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ClinicsRepository,
  ) {}

  async list(query: ClinicListQuery): Promise<{ data: Clinic[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(() => this.repository.list(query));
    return { data: rows, meta: pageMeta(query, total) };
  }

  /** Throws not_found. */
  async read(id: string): Promise<Clinic> {
    const clinic = await this.uow.run(() => this.repository.find(id));
    if (!clinic) throw notFound();
    return clinic;
  }

  /** Throws validation_error for a calendar of holidays that is not known. */
  async create(request: CreateClinicRequest): Promise<Clinic> {
    assertCalendar(request);
    const { organizationId } = caller();
    return this.uow.run(() => this.repository.insert(organizationId, uuidv7(), request));
  }

  /** Throws not_found, or validation_error as {@link create} and for an empty change. */
  async change(id: string, change: UpdateClinicRequest): Promise<Clinic> {
    assertSomething(change);
    assertCalendar(change);
    const clinic = await this.uow.run(() => this.repository.update(id, change));
    if (!clinic) throw notFound();
    return clinic;
  }
}

function assertCalendar({ holiday_calendar: name }: UpdateClinicRequest): void {
  if (name && !isHolidayCalendar(name))
    throw invalid([
      { field: 'holiday_calendar', reason: 'is not a country or region with known public holidays' },
    ]);
}
