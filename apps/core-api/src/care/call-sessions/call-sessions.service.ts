import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type { CallSession } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { ClinicsService } from '../../organizations/clinics/clinics.service';
import { OrganizationsService } from '../../organizations/organizations/organizations.service';
import { ConsentsService } from '../../people/consents/consents.service';
import { SessionTokensService } from '../../rehab/exercise-sessions/session-tokens.service';
import { AppointmentsService } from '../appointments/appointments.service';

/** Participants of a video call who tell how it goes. The call is the video, the appointment its name. */
@Injectable()
export class CallSessionsService {
  constructor(
    private readonly appointments: AppointmentsService,
    private readonly clinics: ClinicsService,
    private readonly organizations: OrganizationsService,
    private readonly consents: ConsentsService,
    private readonly tokens: SessionTokensService,
  ) {}

  /** A new session of the caller in the call of an appointment they may see. Throws not_found. */
  async open(appointmentId: string): Promise<CallSession> {
    const { actor, organizationId } = requireContext();
    if (organizationId === null || !actor?.userId) throw new DomainError('organization_required');
    const { clinic_id: clinicId } = await this.appointments.read(appointmentId);
    const { level, policyVersion } = await this.consents.currentLevel();
    const sessionId = uuidv7();
    const telemetry = this.tokens.mint({
      userId: actor.userId,
      organizationId,
      sessionId,
      consentLevel: level,
      policyVersion,
    });
    const phone = await this.phone(organizationId, clinicId);
    return { session_id: sessionId, media_id: appointmentId, telemetry, phone };
  }

  private async phone(organizationId: number, clinicId: string | null): Promise<string | null> {
    const ofClinic = clinicId === null ? null : (await this.clinics.read(clinicId)).phone;
    return ofClinic ?? (await this.organizations.read(organizationId)).phone;
  }
}
