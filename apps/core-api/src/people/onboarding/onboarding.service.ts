import { Injectable } from '@nestjs/common';
import { requireContext, runInContext } from '@restartix/context';
import type { Onboarded, OnboardRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, forbidden } from '@restartix/errors';
import { ClerkMembershipsService } from '../../access/clerk-memberships/clerk-memberships.service';
import { DomainsService } from '../../organizations/domains/domains.service';
import { PatientConsentsService } from '../patient-consents/patient-consents.service';
import { PatientRegistrationService } from '../patients/patient-registration.service';
import { OnboardingRepository } from './onboarding.repository';

/** People become patients of an organization by themselves, through its portal. */
@Injectable()
export class OnboardingService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly domains: DomainsService,
    private readonly patients: PatientRegistrationService,
    private readonly consents: PatientConsentsService,
    private readonly memberships: ClerkMembershipsService,
    private readonly repository: OnboardingRepository,
  ) {}

  /**
   * Makes whoever is signed in a patient of the host name's organization: person, record, membership and consents in
   * one unit, or nothing; the identity provider is told of the membership after it. Throws not_found for a host name
   * nobody has proven, conflict for somebody who is a member or a patient there, or validation_error for a text that is
   * not the current one.
   */
  async onboard({ host, consent_text_ids = [], ...fields }: OnboardRequest): Promise<Onboarded> {
    const context = requireContext();
    const userId = context.actor?.userId;
    if (!userId) throw forbidden();
    const { id: organizationId } = await this.domains.resolve(host);
    const prepared = await runInContext({ ...context, organizationId }, () =>
      this.patients.prepare(organizationId, fields),
    );
    await this.uow.asSystem(`user ${userId} signs up as a patient`, organizationId, async () => {
      if (!(await this.repository.insertMembership(organizationId, userId)))
        throw conflict('You are a member of this organization already.');
      await this.memberships.lineUp(organizationId, userId);
      if (!(await this.patients.writeOwn(prepared, userId)))
        throw conflict('You are a patient of this organization already.');
      for (const textId of consent_text_ids) await this.consents.give(prepared.id, textId);
    });
    return { organization_id: organizationId, patient_id: prepared.id };
  }
}
