import { Injectable } from '@nestjs/common';
import type { CreateAppointmentRequest, CreatePatientRequest } from '@restartix/contracts';
import { conflict, invalid, notFound } from '@restartix/errors';
import { CareService } from '../../access/care/care.service';
import { PatientLookupService } from '../../people/patients/patient-lookup.service';
import { PatientsService } from '../../people/patients/patients.service';
import { caller } from '../../platform/caller';
import { AppointmentsMapper } from './appointments.mapper';
import type { AppointmentRow } from './appointments.repository';
import { OutcomesService } from './outcomes.service';

/** Who comes, and in whose care that puts them. */
@Injectable()
export class BookedPatientsService {
  constructor(
    private readonly lookup: PatientLookupService,
    private readonly patients: PatientsService,
    private readonly mapper: AppointmentsMapper,
    private readonly care: CareService,
    private readonly outcomes: OutcomesService,
  ) {}

  /** The patient of a booking; undefined for a stranger's contact. Throws not_found or validation_error. */
  async of({ patient_id: patientId, contact }: CreateAppointmentRequest): Promise<string | undefined> {
    if (caller().role === 'patient') {
      const own = await this.lookup.ownId();
      if (!own || (patientId !== undefined && patientId !== own)) throw notFound();
      return own;
    }
    if ((patientId === undefined) === (contact === undefined))
      throw invalid([{ field: 'patient_id', reason: 'either a patient or a contact must be given' }]);
    return patientId === undefined ? undefined : this.known(patientId);
  }

  /** Throws not_found for a record the caller may not see. */
  async known(patientId: string): Promise<string> {
    if (!(await this.lookup.exists(patientId))) throw notFound();
    return patientId;
  }

  /** Makes the record of a stranger who has booked. Throws conflict when the address belongs to a record. */
  async register(row: AppointmentRow, patient: CreatePatientRequest | undefined): Promise<string> {
    const contact = await this.mapper.contact(row);
    const given = Object.entries(patient ?? {}).filter(([, value]) => value !== undefined);
    const fields = {
      email: contact?.email,
      phone: contact?.phone ?? undefined,
      ...Object.fromEntries(given),
    };
    if (fields.email && (await this.lookup.isKnownAddress(fields.email)))
      throw conflict('A record with this e-mail address exists: onboard with its id.');
    return (await this.patients.create(fields as CreatePatientRequest)).id;
  }

  /** A patient is in the care of whoever they are booked with. */
  async openCare(patientId: string | null | undefined, specialistId: string): Promise<void> {
    if (patientId) await this.care.openByAppointment(patientId, specialistId);
  }

  /** After the unit that booked it. */
  countBooked(row: AppointmentRow): void {
    this.outcomes.count(row);
  }

  /** Care that only appointments held open ends with the last of them. After the unit that ended it. */
  async closeCare({ organization_id, patient_id, specialist_id }: AppointmentRow): Promise<void> {
    if (patient_id) await this.care.closeWithoutAppointments(organization_id, patient_id, specialist_id);
  }
}
