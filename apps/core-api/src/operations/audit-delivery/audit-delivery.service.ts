import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import type { OrganizationDelivery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DeliveryWatch } from '../outbox/delivery-watch.service';

/** How far the audit events of organizations are on their way to the log, for the platform's operator: counts only. */
@Injectable()
export class AuditDeliveryService {
  constructor(
    private readonly delivery: DeliveryWatch,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** Organizations with an event that waits or was refused. Looking is an event of the platform's log. */
  async list(): Promise<OrganizationDelivery[]> {
    const deliveries = await this.delivery.byOrganization();
    await this.uow.run(async () => this.trail.record({ action: 'view', resourceType: 'audit_delivery' }));
    return deliveries;
  }
}
