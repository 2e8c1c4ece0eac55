import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { placeOf, userPlace } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';
import { ProvisioningRepository, type UserInsert } from './provisioning.repository';
import type {
  LinkPlan,
  OrganizationPlan,
  PersonPlan,
  ProvisioningPlan,
  ProvisioningReport,
} from './provisioning.types';

const REASON = 'provisioning by the platform operator';

/** Opens organizations and the accounts of their people, as the platform's operator decides. Audited as system work. */
@Injectable()
export class ProvisioningService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ProvisioningRepository,
    private readonly keys: KeyRing,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  /** Carries out a plan. What already exists stays as it is. */
  async carryOut(plan: ProvisioningPlan): Promise<ProvisioningReport> {
    for (const superadmin of plan.superadmins ?? []) await this.ensureUser(superadmin, 'superadmin');
    const organizations: ProvisioningReport['organizations'] = [];
    for (const organization of plan.organizations ?? []) organizations.push(await this.open(organization));
    for (const link of plan.links ?? []) await this.link(link);
    return { organizations };
  }

  private async open(plan: OrganizationPlan): Promise<ProvisioningReport['organizations'][number]> {
    const id = await this.uow.asSystem(REASON, null, () => this.repository.organization(plan));
    const people: ProvisioningReport['organizations'][number]['people'] = [];
    for (const person of plan.people) {
      const user_id = await this.ensureUser(person, null);
      await this.join(id, user_id, person);
      people.push({ subject: person.subject, user_id, role: person.role });
    }
    return { id, slug: plan.slug, people };
  }

  private async ensureUser(
    { subject, email, name }: Pick<PersonPlan, 'subject' | 'email' | 'name'>,
    platformRole: UserInsert['platformRole'],
  ): Promise<string> {
    const id = uuidv7();
    const seal = (column: 'email' | 'name', value: string) =>
      this.keys.seal(PLATFORM_ORGANIZATION, value, userPlace(column, id));
    const user = { id, email: await seal('email', email), name: await seal('name', name), platformRole };
    const issuer = this.config.CLERK_ISSUER;
    return this.uow.asSystem(REASON, null, async () => {
      const existing = await this.repository.userBySubject(issuer, subject);
      if (existing) return existing;
      await this.repository.insertUser(user, issuer, subject);
      return id;
    });
  }

  private async join(organizationId: number, userId: string, person: PersonPlan): Promise<void> {
    const specialistId = uuidv7();
    const place = placeOf(organizationId, 'specialists', 'name', specialistId);
    const name = person.role === 'specialist' ? await this.keys.seal(organizationId, person.name, place) : '';
    await this.uow.asSystem(REASON, organizationId, async () => {
      const isNew = await this.repository.insertMembership(organizationId, userId, person.role);
      if (!isNew) return;
      if (person.role === 'specialist') {
        const { title = null, scheduling_timezone: timezone = null } = person;
        await this.repository.insertSpecialist(organizationId, {
          id: specialistId,
          userId,
          name,
          title,
          timezone,
        });
      }
      if (person.analytics_consent) {
        const { level, policy_version: policyVersion } = person.analytics_consent;
        await this.repository.insertConsent(organizationId, { id: uuidv7(), userId, level, policyVersion });
      }
    });
  }

  private async link({ organization_id, patient_id, subject }: LinkPlan): Promise<void> {
    await this.uow.asSystem(REASON, organization_id, async () => {
      const userId = await this.repository.userBySubject(this.config.CLERK_ISSUER, subject);
      if (!userId) throw notFound();
      await this.repository.linkPatient(patient_id, userId);
    });
  }
}
