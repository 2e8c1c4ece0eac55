import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { ErrorCode } from '@restartix/contracts';
import { conflict, DomainError } from '@restartix/errors';
import { ClerkMembershipsService } from '../../access/clerk-memberships/clerk-memberships.service';
import { caller } from '../../platform/caller';
import { PatientRegistrationService } from '../patients/patient-registration.service';
import { refusalOf } from './claim.policy';
import { ClaimsRepository } from './claims.repository';

/** One use of a code, inside the open unit of system work. */
@Injectable()
export class ClaimUsesService {
  constructor(
    private readonly repository: ClaimsRepository,
    private readonly registration: PatientRegistrationService,
    private readonly memberships: ClerkMembershipsService,
    private readonly clock: Clock,
  ) {}

  /** Links the record to the login, a member of the organization from now on; or says why not. */
  async use(
    codeIndex: string,
    dateOfBirth: string,
    userId: string,
  ): Promise<{ patientId: string } | { refusal: ErrorCode }> {
    const claim = await this.repository.findForUse(codeIndex);
    if (!claim) return { refusal: 'claim_invalid' };
    const { id, patient_id: patientId } = claim;
    const now = this.clock.now();
    const isDateRight = await this.registration.agreesWithBirth(patientId, dateOfBirth);
    const refusal = refusalOf(claim, isDateRight, now);
    if (refusal === 'claim_invalid') await this.repository.countWrong(id);
    if (refusal) return { refusal };
    if (!(await this.repository.admit(caller().organizationId, userId)))
      throw conflict('You work in this organization: with this login you are no patient of it.');
    await this.memberships.lineUp(caller().organizationId, userId);
    const linked = await this.registration.link(patientId, userId);
    if (linked !== 'linked') throw new DomainError(linked === 'taken' ? 'claim_taken' : 'claim_other_record');
    await this.repository.markUsed(id, userId, now);
    return { patientId };
  }
}
