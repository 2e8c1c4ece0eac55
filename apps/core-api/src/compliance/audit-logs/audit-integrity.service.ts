import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type {
  AuditAlert,
  AuditIntegrity,
  AuditIntegrityRequest,
  AuditIntegrityResponse,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';
import { DeliveryWatch } from '../../operations/outbox/delivery-watch.service';

const LOG_FAULT: AuditAlert = {
  code: 'audit_log_fault',
  severity: 'critical',
  summary: 'The log is not what was sealed: the faults name what is wrong.',
};

/** How the trail of the caller's organization is: sealed, verified, delivered; reading it is an event of the trail. */
@Injectable()
export class AuditIntegrityService {
  constructor(
    private readonly channel: ChannelClient,
    private readonly delivery: DeliveryWatch,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** Throws telemetry_unavailable. */
  async read(): Promise<AuditIntegrity> {
    const { organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    const request: AuditIntegrityRequest = { organization_id: organizationId };
    const [{ checkpoint, verification }, { delivery, alerts }] = await Promise.all([
      this.channel.post<AuditIntegrityResponse>('/internal/v1/audit-integrity', request),
      this.delivery.of(organizationId),
    ]);
    await this.uow.run(async () => {
      const details = { description: 'State of the trail' };
      this.trail.record({ action: 'view', resourceType: 'audit_log', resourceId: null, details });
    });
    const faults = verification.faults.length > 0 ? [LOG_FAULT] : [];
    return { checkpoint, verification, delivery, alerts: [...faults, ...alerts] };
  }
}
