import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '@restartix/errors';
import { SettingsService } from '../../organizations/settings/settings.service';
import { PatientLookupService } from '../../people/patients/patient-lookup.service';
import { SpecialistsService } from '../../people/specialists/specialists.service';
import { caller } from '../../platform/caller';
import { dayOf } from '../../platform/days';
import { AvailabilityService, MINUTE, type Slot, type TypeInputs } from '../scheduling/availability.service';
import { AppointmentsRepository, type AppointmentRow } from './appointments.repository';
import { timesOf, type Wish } from './times.service';

/** Where licences are asked for: states of this country. */
const LICENSING_COUNTRY = 'US';

/** Whether a specialist may see a patient: takes new ones, and is licensed where the patient is. */
@Injectable()
export class VisitRulesService {
  constructor(
    private readonly repository: AppointmentsRepository,
    private readonly patients: PatientLookupService,
    private readonly specialists: SpecialistsService,
    private readonly settings: SettingsService,
    private readonly availability: AvailabilityService,
  ) {}

  /**
   * Times that would do: patients take what is offered, the desk may also book beside the hours. Throws not_found for
   * an unknown specialist.
   */
  async slotsFor({ inputs, startsAt, specialistId }: Wish, moving?: AppointmentRow): Promise<Slot[]> {
    const others = moving ? { ...inputs, busy: inputs.busy.filter((busy) => !isOwn(busy, moving)) } : inputs;
    if (caller().role === 'patient' || specialistId === undefined)
      return this.availability.candidates(others, startsAt, specialistId);
    if (!(await this.specialists.bookableState(specialistId))) throw notFound();
    const endsAt = startsAt + inputs.type.duration_minutes * MINUTE;
    return [{ startsAt, endsAt, specialistId, clinicId: inputs.type.clinic_id }];
  }

  /** Whether another appointment than this one has the time. */
  isTaken(inputs: TypeInputs, slot: Slot, exceptId: string): Promise<boolean> {
    const { occupied_from, occupied_until } = timesOf(inputs, slot);
    return this.repository.isTaken(slot.specialistId, occupied_from, occupied_until, exceptId);
  }

  /** Specialists book with themselves unless they say otherwise. */
  async ownSpecialist(): Promise<string | undefined> {
    const { role, userId } = caller();
    if (role !== 'specialist' || !userId) return undefined;
    const own = await this.repository.specialistOf(userId);
    if (!own) throw conflict('Your account has no specialist record in this organization.');
    return own;
  }

  /** Those of the times at which the visit may take place. Throws conflict when a rule leaves none. */
  async fitting(patientId: string | undefined, slots: readonly Slot[]): Promise<Slot[]> {
    const fitting: Slot[] = [];
    let refusal: string | undefined;
    for (const slot of slots) {
      const fault = await this.faultOf(patientId, slot);
      if (fault === undefined) fitting.push(slot);
      refusal ??= fault;
    }
    if (fitting.length === 0 && refusal !== undefined) throw conflict(refusal);
    return fitting;
  }

  private async faultOf(patientId: string | undefined, slot: Slot): Promise<string | undefined> {
    const state = await this.specialists.bookableState(slot.specialistId);
    if (!state?.isActive) return 'This specialist is not active.';
    const isNew = patientId === undefined || !(await this.repository.hasMet(patientId, slot.specialistId));
    if (!state.acceptsNewPatients && isNew) return 'This specialist takes no new patients.';
    if (patientId === undefined || !(await this.settings.current()).require_licence) return undefined;
    const place = await this.patients.stateOf(patientId);
    if (place === null) return 'The state the patient is in is not known.';
    const day = dayOf(new Date(slot.startsAt));
    const isLicensed = await this.specialists.isLicensed(
      ...([slot.specialistId, { country: LICENSING_COUNTRY, state: place }, day] as const),
    );
    return isLicensed ? undefined : 'This specialist has no valid licence where the patient is.';
  }
}

const isOwn = (busy: TypeInputs['busy'][number], row: AppointmentRow): boolean =>
  busy[0] === row.specialist_id &&
  busy[1] === row.occupied_from.getTime() &&
  busy[2] === row.occupied_until.getTime();
