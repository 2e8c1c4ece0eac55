import { Injectable } from '@nestjs/common';
import type { AppointmentMode } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import type { Interval } from './intervals';
import type { BookableClinic, BookableSpecialist, BookableType, SchedulingInputs } from './slot-engine';

/** Scheduling inputs with what is shown of them. Names of specialists are envelopes under the organization's key. */
export interface TypeInputs extends SchedulingInputs {
  type: BookableType & { id: string; title: string; description: string | null; mode: AppointmentMode };
  clinics: readonly (BookableClinic & { name: string; address: string | null; city: string | null })[];
  specialists: readonly (BookableSpecialist & { name: string; title: string | null; priority: number })[];
}

/** One look at everything that decides, through the function that shows public columns only. */
@Injectable()
export class AvailabilityRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async inputs(
    typeId: string,
    onlyPublished: boolean,
    [from, until]: Interval,
  ): Promise<TypeInputs | undefined> {
    const [row] = await this.uow.read<{ inputs: TypeInputs | null }>(
      'select scheduling_inputs($1, $2, $3, $4) as inputs',
      [typeId, onlyPublished, new Date(from), new Date(until)],
    );
    return row?.inputs ?? undefined;
  }
}
