import { Injectable } from '@nestjs/common';
import { Clock, requireContext } from '@restartix/context';
import type { ErrorCode, RedeemClaimRequest, RedeemedClaim } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, forbidden } from '@restartix/errors';
import { DomainsService } from '../../organizations/domains/domains.service';
import { caller } from '../../platform/caller';
import { PatientRegistrationService } from '../patients/patient-registration.service';
import { ClaimCodes } from './claim-codes';
import { refusalOf } from './claim.policy';
import { ClaimsRepository } from './claims.repository';

/** Records become the own of who confirms a code that was sent for them. */
@Injectable()
export class RedemptionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ClaimsRepository,
    private readonly codes: ClaimCodes,
    private readonly registration: PatientRegistrationService,
    private readonly domains: DomainsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes whoever is signed in the owner of the record a code was sent for, and a patient of its organization, in one
   * unit. Throws not_found for a host name nobody has proven; claim_invalid, claim_locked, claim_used or claim_expired
   * for the code; claim_taken for a record that has a login; claim_other_record for somebody who has another one there;
   * conflict for its staff.
   */
  async redeem({ host, code, date_of_birth }: RedeemClaimRequest): Promise<RedeemedClaim> {
    const userId = requireContext().actor?.userId;
    if (!userId) throw forbidden();
    const { id: organizationId } = await this.domains.resolve(host);
    const codeIndex = this.codes.index(organizationId, code);
    // A wrong answer is written before it is said: its unit commits.
    const outcome = await this.uow.asSystem(`user ${userId} claims a record`, organizationId, () =>
      this.use(codeIndex, date_of_birth, userId),
    );
    if ('refusal' in outcome) throw new DomainError(outcome.refusal);
    return { organization_id: organizationId, patient_id: outcome.patientId };
  }

  private async use(
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
    const linked = await this.registration.link(patientId, userId);
    if (linked !== 'linked') throw new DomainError(linked === 'taken' ? 'claim_taken' : 'claim_other_record');
    await this.repository.markUsed(id, userId, now);
    return { patientId };
  }
}
