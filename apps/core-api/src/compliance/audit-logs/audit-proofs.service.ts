import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type {
  AuditCheckpoint,
  AuditCheckpointQuery,
  AuditCheckpointsRequest,
  AuditCheckpointsResponse,
  AuditConsistency,
  AuditConsistencyQuery,
  AuditConsistencyRequest,
  CursorMeta,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';

/** What proves the trail of the caller's organization; reading it is itself an event of the trail. */
@Injectable()
export class AuditProofsService {
  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** A page of checkpoints, newest first. Throws telemetry_unavailable. */
  async checkpoints(query: AuditCheckpointQuery): Promise<{ data: AuditCheckpoint[]; meta: CursorMeta }> {
    const { page_size, cursor } = query;
    const request: AuditCheckpointsRequest = {
      organization_id: organization(),
      before: cursor ?? null,
      page_size,
    };
    const { checkpoints, next } = await this.channel.post<AuditCheckpointsResponse>(
      '/internal/v1/audit-proofs/checkpoints',
      request,
    );
    await this.recordReading('Checkpoints of the trail');
    return { data: checkpoints, meta: { page_size, next_cursor: next === null ? null : String(next) } };
  }

  /** A proof between two sizes. Throws not_found, validation_error, telemetry_unavailable. */
  async consistency({ from, to }: AuditConsistencyQuery): Promise<AuditConsistency> {
    const request: AuditConsistencyRequest = { organization_id: organization(), from, to: to ?? null };
    const proof = await this.channel.post<AuditConsistency>('/internal/v1/audit-proofs/consistency', request);
    await this.recordReading('Consistency of the trail');
    return proof;
  }

  private async recordReading(description: string): Promise<void> {
    await this.uow.run(async () => {
      this.trail.record({
        action: 'view',
        resourceType: 'audit_log',
        resourceId: null,
        details: { description },
      });
    });
  }
}

function organization(): number {
  const { organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return organizationId;
}
