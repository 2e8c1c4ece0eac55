import { Injectable } from '@nestjs/common';
import type { JoinWaitlistRequest } from '@restartix/contracts';
import { conflict, invalid, notFound } from '@restartix/errors';
import { SettingsService } from '../../organizations/settings/settings.service';
import { PatientLookupService } from '../../people/patients/patient-lookup.service';
import { caller } from '../../platform/caller';
import { AvailabilityService } from '../scheduling/availability.service';

/** Who may wait, and for what. */
@Injectable()
export class WaitlistPlacesService {
  constructor(
    private readonly patients: PatientLookupService,
    private readonly settings: SettingsService,
    private readonly availability: AvailabilityService,
  ) {}

  /**
   * The patient who would wait. Throws not_found for an unknown patient, type or specialist of it, conflict where no
   * waitlist is kept, or validation_error for times that are none.
   */
  async patientFor(request: JoinWaitlistRequest, now: number): Promise<string> {
    assertFuture(request, now);
    if (!(await this.settings.current()).feature_flags.waitlist)
      throw conflict('This organization keeps no waitlist.');
    const patientId = await this.patientOf(request);
    const inputs = await this.availability.inputsOf(request.appointment_type_id, [now, now + 1]);
    const wanted = request.specialist_id;
    if (wanted !== undefined && !inputs.specialists.some(({ id }) => id === wanted)) throw notFound();
    return patientId;
  }

  private async patientOf({ patient_id: patientId }: JoinWaitlistRequest): Promise<string> {
    if (caller().role === 'patient') {
      const own = await this.patients.ownId();
      if (!own || (patientId !== undefined && patientId !== own)) throw notFound();
      return own;
    }
    if (patientId === undefined) throw invalid([{ field: 'patient_id', reason: 'must be given' }]);
    if (!(await this.patients.exists(patientId))) throw notFound();
    return patientId;
  }
}

function assertFuture({ earliest, latest }: JoinWaitlistRequest, now: number): void {
  if (latest === undefined) return;
  const after = Math.max(now, earliest === undefined ? now : Date.parse(earliest));
  if (Date.parse(latest) <= after)
    throw invalid([{ field: 'latest', reason: 'must be in the future and after `earliest`' }]);
}
