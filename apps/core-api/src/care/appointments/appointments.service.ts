import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import {
  pageMeta,
  type Appointment,
  type AppointmentListQuery,
  type AppointmentTransition,
  type PageMeta,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { AppointmentsMapper } from './appointments.mapper';
import { AppointmentsRepository, type AppointmentRow } from './appointments.repository';

/** Appointments as they are: the caller's own, or the organization's for the desk. Each one shown leaves its event. */
@Injectable()
export class AppointmentsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: AppointmentsRepository,
    private readonly mapper: AppointmentsMapper,
    private readonly trail: AuditTrail,
  ) {}

  async list(query: AppointmentListQuery): Promise<{ data: Appointment[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(async () => {
      const found = await this.repository.list(query);
      const shown = found.rows.map(({ id, patient_id }) => ({ id, patientId: patient_id ?? undefined }));
      this.trail.recordShown('search', 'appointment', shown);
      return found;
    });
    return {
      data: await Promise.all(rows.map((row) => this.mapper.present(row))),
      meta: pageMeta(query, total),
    };
  }

  /** Throws not_found. */
  async read(id: string): Promise<Appointment> {
    const row = await this.uow.run(() => this.view(id));
    return this.mapper.present(row);
  }

  /** Who changed what and when, oldest first. Throws not_found. */
  history(id: string): Promise<AppointmentTransition[]> {
    return this.uow.run(async () => {
      await this.view(id);
      return this.repository.history(id);
    });
  }

  private async view(id: string): Promise<AppointmentRow> {
    const row = await this.repository.find(id);
    if (!row) throw notFound();
    this.trail.recordShown('view', 'appointment', [{ id, patientId: row.patient_id ?? undefined }]);
    return row;
  }
}
