import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { StaffActivity, StaffActivityQuery, type CursorMeta } from '@restartix/contracts';
import { ApiCursorList } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { StaffActivityService } from './staff-activity.service';

@Controller('v1/staff-activity')
export class StaffActivityController {
  constructor(private readonly service: StaffActivityService) {}

  @Get()
  @ApiOperation({ summary: 'What your staff did on which day, in counts, and when they were last seen' })
  @Requires('staff_activity:read')
  @Audited(['search staff_activity'])
  @ApiCursorList(StaffActivity)
  list(@Query() query: StaffActivityQuery): Promise<{ data: StaffActivity[]; meta: CursorMeta }> {
    return this.service.list(query);
  }
}
