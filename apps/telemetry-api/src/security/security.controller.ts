import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  SECURITY_ALERT_STATUSES,
  SECURITY_EVENT_KINDS,
  type AcknowledgeAlertRequest,
  type AuditPosition,
  type ListResponse,
  type SecurityAlert,
  type SecurityAlertRequest,
  type SecurityAlertResponse,
  type SecurityAlertsRequest,
  type SecurityEvent,
  type SecurityEventsRequest,
} from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { dateTime, integer, nullable, object, oneOf, optional, organizationId, uuid } from '../shape';
import { SecurityService } from './security.service';

const list = {
  organization_id: organizationId,
  page_size: integer(1, 100),
  before: nullable(object<AuditPosition>({ timestamp: dateTime, event_id: uuid })),
};
const readEvents = object<SecurityEventsRequest>({
  ...list,
  filters: object<SecurityEventsRequest['filters']>({
    kind: optional(oneOf(SECURITY_EVENT_KINDS)),
    user_id: optional(uuid),
    from: optional(dateTime),
    to: optional(dateTime),
  }),
});
const readAlerts = object<SecurityAlertsRequest>({
  ...list,
  filters: object<SecurityAlertsRequest['filters']>({ status: optional(oneOf(SECURITY_ALERT_STATUSES)) }),
});
const readAlert = object<SecurityAlertRequest>({ organization_id: organizationId, id: uuid });
const readAcknowledge = object<AcknowledgeAlertRequest>({
  organization_id: organizationId,
  id: uuid,
  user_id: uuid,
});

/** An organization's security events and alerts, for core-api only. */
@Controller('internal/v1')
@declareAccess({ kind: 'channel' })
export class SecurityController {
  constructor(private readonly security: SecurityService) {}

  @Post('security-events/search')
  @HttpCode(200)
  events(@Body() body: unknown): Promise<ListResponse<SecurityEvent>> {
    return this.security.events(readBody(readEvents, body));
  }

  @Post('security-alerts/search')
  @HttpCode(200)
  alerts(@Body() body: unknown): Promise<ListResponse<SecurityAlert>> {
    return this.security.list(readBody(readAlerts, body));
  }

  @Post('security-alerts/get')
  @HttpCode(200)
  get(@Body() body: unknown): Promise<SecurityAlertResponse> {
    return this.security.get(readBody(readAlert, body));
  }

  @Post('security-alerts/acknowledge')
  @HttpCode(200)
  acknowledge(@Body() body: unknown): Promise<SecurityAlertResponse> {
    return this.security.acknowledge(readBody(readAcknowledge, body));
  }
}
