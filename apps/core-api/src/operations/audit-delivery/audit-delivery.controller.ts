import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { OrganizationDelivery } from '@restartix/contracts';
import { ApiDataArray } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { AuditDeliveryService } from './audit-delivery.service';

@Controller('v1/admin/audit-delivery')
export class AuditDeliveryController {
  constructor(private readonly service: AuditDeliveryService) {}

  @Get()
  @ApiOperation({
    summary: 'Audit events that wait or were refused, in counts by organization; no event is shown',
  })
  @Requires('audit_delivery:read')
  @Audited(['view audit_delivery'])
  @ApiDataArray(OrganizationDelivery)
  async list(): Promise<{ data: OrganizationDelivery[] }> {
    return { data: await this.service.list() };
  }
}
