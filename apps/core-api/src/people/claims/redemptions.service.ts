import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type { RedeemClaimRequest, RedeemedClaim } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, forbidden } from '@restartix/errors';
import { DomainsService } from '../../organizations/domains/domains.service';
import { ClaimCodes } from './claim-codes';
import { ClaimUsesService } from './claim-uses.service';

/** Records become the own of who confirms a code that was sent for them. */
@Injectable()
export class RedemptionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly codes: ClaimCodes,
    private readonly domains: DomainsService,
    private readonly uses: ClaimUsesService,
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
      this.uses.use(codeIndex, date_of_birth, userId),
    );
    if ('refusal' in outcome) throw new DomainError(outcome.refusal);
    return { organization_id: organizationId, patient_id: outcome.patientId };
  }
}
