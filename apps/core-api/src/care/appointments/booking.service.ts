import { Injectable } from '@nestjs/common';
import type {
  Appointment,
  CreateAppointmentRequest,
  OnboardAppointmentRequest,
  RescheduleRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { invalid } from '@restartix/errors';
import { caller } from '../../platform/caller';
import { AppointmentRecordsService } from './appointment-records.service';
import { isOffer, isOpen, notAllowed } from './appointment.policy';
import { AppointmentsMapper } from './appointments.mapper';
import type { AppointmentRow } from './appointments.repository';
import { BookedPatientsService } from './booked-patients.service';
import { TimesService, timesOf, type Wish } from './times.service';
import { VisitRulesService } from './visit-rules.service';

/** Books, moves and onboards: each in one unit of work. */
@Injectable()
export class BookingService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly records: AppointmentRecordsService,
    private readonly times: TimesService,
    private readonly rules: VisitRulesService,
    private readonly patients: BookedPatientsService,
    private readonly mapper: AppointmentsMapper,
  ) {}

  /**
   * Books a patient, or a stranger's contact at the desk. Throws not_found for an unknown type, specialist or patient,
   * slot_taken with alternatives, conflict for a specialist who may not see the patient, or validation_error.
   */
  async book(request: CreateAppointmentRequest): Promise<Appointment> {
    const startsAt = this.times.futureStart(request.starts_at);
    const row = await this.uow.run(async () => {
      const patientId = await this.patients.of(request);
      const inputs = await this.times.inputsAround(request.appointment_type_id, startsAt);
      const specialistId = request.specialist_id ?? (await this.rules.ownSpecialist());
      const wish: Wish = { inputs, startsAt, specialistId };
      const slots = await this.rules.fitting(patientId, await this.rules.slotsFor(wish));
      const taken = await this.times.take(wish, slots, bookingOf(request, patientId));
      await this.patients.openCare(patientId, taken.specialist_id);
      return this.records.written(taken.id);
    });
    this.patients.countBooked(row);
    return this.mapper.present(row);
  }

  /** Moves an appointment that is to come. Throws as {@link book}, or transition_not_allowed. */
  async reschedule(id: string, request: RescheduleRequest): Promise<Appointment> {
    const startsAt = this.times.futureStart(request.starts_at);
    const { before, after } = await this.uow.run(async () => {
      const row = await this.records.forChange(id);
      if (!isOpen(row.status) || isOffer(row))
        throw notAllowed('Only an appointment that is to come can be moved.');
      if (row.appointment_type_id === null)
        throw notAllowed('This appointment has no type that says its length.');
      const inputs = await this.times.inputsAround(row.appointment_type_id, startsAt);
      const wish: Wish = { inputs, startsAt, specialistId: request.specialist_id ?? row.specialist_id };
      const [slot] = await this.rules.fitting(
        row.patient_id ?? undefined,
        await this.rules.slotsFor(wish, row),
      );
      if (!slot || (await this.rules.isTaken(inputs, slot, id))) throw this.times.slotTaken(wish);
      const moved = await this.records.move(row, timesOf(inputs, slot));
      if (slot.specialistId !== row.specialist_id)
        await this.patients.openCare(row.patient_id, slot.specialistId);
      return { before: row, after: moved };
    });
    if (after.specialist_id !== before.specialist_id) await this.patients.closeCare(before);
    return this.mapper.present(after);
  }

  /**
   * Gives a stranger's booking its patient: a record that is there, or a new one, with person, care and status in one
   * unit. Throws not_found, conflict when the address already belongs to a record, or transition_not_allowed.
   */
  async onboard(id: string, { patient_id, patient }: OnboardAppointmentRequest): Promise<Appointment> {
    if ((patient_id === undefined) === (patient === undefined))
      throw invalid([
        { field: 'patient_id', reason: 'either a record or what a new one is made of must be given' },
      ]);
    const row = await this.uow.run(async () => {
      const before = await this.records.forChange(id);
      if (before.status !== 'booked' || isOffer(before))
        throw notAllowed('Only a booking without a patient can be onboarded.');
      const patientId = patient_id
        ? await this.patients.known(patient_id)
        : await this.patients.register(before, patient);
      await this.rules.fitting(patientId, [slotOf(before)]);
      const after = await this.records.step(before, 'upcoming', { patient_id: patientId });
      await this.patients.openCare(patientId, before.specialist_id);
      return after;
    });
    this.patients.countBooked(row);
    return this.mapper.present(row);
  }
}

function bookingOf({ contact, reason }: CreateAppointmentRequest, patientId: string | undefined) {
  const stranger = patientId === undefined ? contact : undefined;
  return {
    status: patientId === undefined ? ('booked' as const) : ('upcoming' as const),
    patient_id: patientId ?? null,
    booked_via: caller().role === 'patient' ? ('patient' as const) : ('staff' as const),
    texts: {
      ...{ contact_name: stranger?.name, contact_email: stranger?.email, contact_phone: stranger?.phone },
      reason,
    },
  };
}

const slotOf = (row: AppointmentRow) => ({
  startsAt: row.starts_at.getTime(),
  endsAt: row.ends_at.getTime(),
  specialistId: row.specialist_id,
  clinicId: row.clinic_id,
});
