import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { AuditPosition, ListResponse, StaffActivity, StaffActivityRequest } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { dateTime, integer, nullable, object, optional, organizationId, uuid } from '../shape';
import { StaffActivityService } from './staff-activity.service';

const readList = object<StaffActivityRequest>({
  organization_id: organizationId,
  filters: object<StaffActivityRequest['filters']>({
    user_id: optional(uuid),
    from: optional(dateTime),
    to: optional(dateTime),
  }),
  page_size: integer(1, 100),
  before: nullable(object<AuditPosition>({ timestamp: dateTime, event_id: uuid })),
});

/** What an organization's staff did, for core-api only. */
@Controller('internal/v1/staff-activity')
@declareAccess({ kind: 'channel' })
export class StaffActivityController {
  constructor(private readonly activity: StaffActivityService) {}

  @Post('search')
  @HttpCode(200)
  list(@Body() body: unknown): Promise<ListResponse<StaffActivity>> {
    return this.activity.list(readBody(readList, body));
  }
}
