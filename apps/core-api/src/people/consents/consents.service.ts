import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type { ConsentLevel } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { ConsentsRepository } from './consents.repository';

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
}
