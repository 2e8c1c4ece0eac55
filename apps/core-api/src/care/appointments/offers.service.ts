import { Injectable } from '@nestjs/common';
import type { Appointment } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { MINUTE, type Slot } from '../scheduling/availability.service';
import { AppointmentRecordsService } from './appointment-records.service';
import { AppointmentsMapper } from './appointments.mapper';
import { AppointmentsRepository } from './appointments.repository';
import { isOffer, notAllowed } from './appointment.policy';
import { BookedPatientsService } from './booked-patients.service';
import { TimesService, type Wish } from './times.service';
import { VisitRulesService } from './visit-rules.service';

/** More would be asked for only if others took these meanwhile. */
const MOST_TRIES = 5;

/** A time that is kept for a patient. */
export interface Offer {
  appointmentId: string;
  startsAt: number;
}

/**
 * Offers of the waitlist: an appointment that is `booked` for a patient, so that by the constraint nobody else can have
 * its time. Everything runs in the unit of work of the waitlist that asks for it.
 */
@Injectable()
export class OffersService {
  constructor(
    private readonly repository: AppointmentsRepository,
    private readonly records: AppointmentRecordsService,
    private readonly rules: VisitRulesService,
    private readonly times: TimesService,
    private readonly patients: BookedPatientsService,
    private readonly mapper: AppointmentsMapper,
  ) {}

  /** Keeps the first of the free times that fits, and that the patient has not given back; undefined when none does. */
  async offer(patientId: string, inputs: Wish['inputs'], free: readonly Slot[]): Promise<Offer | undefined> {
    const returned = await this.repository.cancelledOf(patientId);
    const isNew = (slot: Slot) => !returned.has(`${slot.specialistId} ${slot.startsAt}`);
    try {
      const slots = await this.rules.fitting(patientId, free.filter(isNew).slice(0, MOST_TRIES));
      const [first] = slots;
      if (!first) return undefined;
      const booking = { status: 'booked' as const, patient_id: patientId, booked_via: 'waitlist' as const };
      const wish = { inputs, startsAt: first.startsAt };
      const taken = await this.times.take(wish, slots, { ...booking, texts: {} });
      const row = await this.records.written(taken.id);
      return { appointmentId: taken.id, startsAt: row.starts_at.getTime() };
    } catch (error) {
      if (error instanceof DomainError && ['slot_taken', 'conflict'].includes(error.code)) return undefined;
      throw error;
    }
  }

  /** What was offered becomes the patient's appointment. Throws transition_not_allowed when it is no offer any more. */
  async accept(appointmentId: string): Promise<Appointment> {
    const before = await this.records.forChange(appointmentId);
    if (!isOffer(before)) throw notAllowed('This offer is no longer open.');
    const after = await this.records.step(before, 'upcoming');
    await this.patients.openCare(after.patient_id, after.specialist_id);
    return this.mapper.present(after);
  }

  /** Frees the time, if it is still kept. */
  async withdraw(appointmentId: string, reason: 'offer_expired' | 'patient_request'): Promise<void> {
    const before = await this.records.forChange(appointmentId);
    if (isOffer(before)) await this.records.step(before, 'cancelled', { cancellation_reason: reason });
  }
}

/** When an offer ends: after so many minutes, and never later than the visit begins. */
export const offerEnd = (now: number, minutes: number, startsAt: number): Date =>
  new Date(Math.min(now + minutes * MINUTE, startsAt));
