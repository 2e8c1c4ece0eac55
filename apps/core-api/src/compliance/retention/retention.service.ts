import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type { RetentionPlan, RetentionPlanQuery, RetentionPlanRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';

/** What becomes of the audit trail of the caller's organization when its term has passed. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** What would be dropped on a day (today when absent), and what a hold keeps. Throws telemetry_unavailable. */
  async plan({ on }: RetentionPlanQuery): Promise<RetentionPlan> {
    const { organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    const request: RetentionPlanRequest = { organization_id: organizationId, on: on ?? null };
    const plan = await this.channel.post<RetentionPlan>('/internal/v1/retention/plan', request);
    await this.uow.run(async () =>
      this.trail.record({
        action: 'view',
        resourceType: 'retention_plan',
        details: { on: plan.on, partitions: plan.partitions.length },
      }),
    );
    return plan;
  }
}
