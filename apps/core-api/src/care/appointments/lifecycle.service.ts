import { Injectable } from '@nestjs/common';
import type {
  Appointment,
  AppointmentStatus,
  CancelAppointmentRequest,
  RateAppointmentRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { AppointmentCipher } from './appointment.cipher';
import { AppointmentRecordsService } from './appointment-records.service';
import { notAllowed } from './appointment.policy';
import { AppointmentsMapper } from './appointments.mapper';
import { BookedPatientsService } from './booked-patients.service';
import { OutcomesService } from './outcomes.service';

/** What becomes of an appointment: confirmed, checked in, held, missed, cancelled, rated. Every step is kept. */
@Injectable()
export class LifecycleService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly records: AppointmentRecordsService,
    private readonly patients: BookedPatientsService,
    private readonly mapper: AppointmentsMapper,
    private readonly cipher: AppointmentCipher,
    private readonly outcomes: OutcomesService,
  ) {}

  /** Throws not_found, transition_not_allowed, or forbidden for a step that is others'. */
  async changeStatus(id: string, status: AppointmentStatus): Promise<Appointment> {
    const row = await this.uow.run(async () => this.records.step(await this.records.forChange(id), status));
    this.outcomes.count(row);
    if (status === 'noshow') await this.patients.closeCare(row);
    return this.mapper.present(row);
  }

  /** Frees the time. Throws as {@link changeStatus}. */
  async cancel(id: string, { reason, note }: CancelAppointmentRequest): Promise<Appointment> {
    const row = await this.uow.run(async () => {
      const before = await this.records.forChange(id);
      const sealed = await this.cipher.seal(before, { cancellation_note: note });
      return this.records.step(before, 'cancelled', { cancellation_reason: reason, ...sealed });
    });
    this.outcomes.count(row);
    await this.patients.closeCare(row);
    return this.mapper.present(row);
  }

  /** The patient's word on a visit that was held; once. Throws not_found or transition_not_allowed. */
  async rate(id: string, { rating, comment }: RateAppointmentRequest): Promise<Appointment> {
    const row = await this.uow.run(async () => {
      const before = await this.records.forChange(id);
      if (before.status !== 'done') throw notAllowed('Only a visit that was held can be rated.');
      if (before.rating !== null) throw notAllowed('This visit is rated already.');
      const sealed = await this.cipher.seal(before, { rating_comment: comment });
      const rated = await this.records.change(id, { rating, ...sealed });
      await this.outcomes.tellOfRating(rated);
      return rated;
    });
    return this.mapper.present(row);
  }
}
