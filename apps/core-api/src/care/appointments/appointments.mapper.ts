import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type { Appointment, BookingContact } from '@restartix/contracts';
import { AppointmentCipher, type SealedColumn } from './appointment.cipher';
import { seesReason } from './appointment.policy';
import type { AppointmentRow } from './appointments.repository';

/** The API's view of a row, opened for the caller's role. */
@Injectable()
export class AppointmentsMapper {
  constructor(private readonly cipher: AppointmentCipher) {}

  async present(row: AppointmentRow): Promise<Appointment> {
    const open = (column: SealedColumn) => this.cipher.open(row, column);
    const role = requireContext().actor?.role ?? 'anonymous';
    return {
      id: row.id,
      version: row.version,
      status: row.status,
      appointment_type_id: row.appointment_type_id,
      specialist_id: row.specialist_id,
      clinic_id: row.clinic_id,
      patient_id: row.patient_id,
      mode: row.mode,
      starts_at: row.starts_at.toISOString(),
      ends_at: row.ends_at.toISOString(),
      booked_via: row.booked_via,
      contact: await this.contact(row),
      ...(seesReason(role) ? { reason: await open('reason') } : {}),
      cancellation_reason: row.cancellation_reason,
      cancellation_note: await open('cancellation_note'),
      rating: row.rating,
      rating_comment: await open('rating_comment'),
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    };
  }

  /** How to reach who has booked without a record; null for a patient. */
  async contact(row: AppointmentRow): Promise<BookingContact | null> {
    const name = await this.cipher.open(row, 'contact_name');
    const email = await this.cipher.open(row, 'contact_email');
    if (name === null || email === null) return null;
    return {
      name,
      email,
      phone: await this.cipher.open(row, 'contact_phone'),
    };
  }
}
