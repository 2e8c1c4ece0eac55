import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type {
  AnalyticsConsent,
  AnalyticsWithdrawal,
  ChangeAnalyticsConsentRequest,
  ConsentLevel,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { ConsentsRepository, type ConsentRow, type WithdrawalRow } from './consents.repository';

/** What a person has consented to in the open organization. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ConsentsRepository,
  ) {}

  /** The caller's level on the consent ladder and the policy it was given under; no record is level 0. */
  async currentLevel(): Promise<{ level: ConsentLevel; policyVersion: string | null }> {
    const userId = requireContext().actor?.userId;
    if (!userId) return { level: 0, policyVersion: null };
    const consent = await this.uow.run(() => this.repository.latestAnalytics(userId));
    return { level: consent?.level ?? 0, policyVersion: consent?.policy_version ?? null };
  }

  /** The level of somebody else in the open organization, for answering whether anything of theirs may be known. */
  levelOf(userId: string): Promise<ConsentLevel> {
    const { organizationId } = requireContext();
    return this.uow.asSystem('whether a consent covers a question', organizationId, async () => {
      const consent = await this.repository.latestAnalytics(userId);
      return consent?.level ?? 0;
    });
  }

  /** The caller's consent and the receipt of their latest withdrawal. */
  ownAnalytics(): Promise<AnalyticsConsent> {
    const { userId } = caller();
    return this.uow.run(() => this.show(userId));
  }

  /**
   * Records a new word of the caller. One that is lower than the last also asks, in the same unit, that what was
   * collected under the higher one is removed.
   */
  changeOwnAnalytics({
    level,
    policy_version: policyVersion,
  }: ChangeAnalyticsConsentRequest): Promise<AnalyticsConsent> {
    const { userId, organizationId } = caller();
    return this.uow.run(async () => {
      const before = await this.repository.latestAnalytics(userId);
      await this.repository.giveAnalytics(organizationId, { id: uuidv7(), userId, level, policyVersion });
      if (level < (before?.level ?? 0))
        await this.repository.askWithdrawal(organizationId, { id: uuidv7(), userId, level });
      return this.show(userId);
    });
  }

  private async show(userId: string): Promise<AnalyticsConsent> {
    const consent = await this.repository.latestAnalytics(userId);
    return toConsent(consent, await this.repository.latestWithdrawal(userId));
  }
}

function caller(): { userId: string; organizationId: number } {
  const { actor, organizationId } = requireContext();
  if (organizationId === null || !actor?.userId) throw new DomainError('organization_required');
  return { userId: actor.userId, organizationId };
}

function toConsent(consent: ConsentRow | undefined, withdrawal: WithdrawalRow | undefined): AnalyticsConsent {
  return {
    level: consent?.level ?? 0,
    policy_version: consent?.policy_version ?? null,
    given_at: consent?.given_at.toISOString() ?? null,
    withdrawal: withdrawal ? toWithdrawal(withdrawal) : null,
  };
}

function toWithdrawal(row: WithdrawalRow): AnalyticsWithdrawal {
  return {
    ...row,
    requested_at: row.requested_at.toISOString(),
    removed_at: row.removed_at?.toISOString() ?? null,
    confirmed_at: row.confirmed_at?.toISOString() ?? null,
  };
}
