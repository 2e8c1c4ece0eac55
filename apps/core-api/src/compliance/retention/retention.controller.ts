import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { RetentionPlan, RetentionPlanQuery } from '@restartix/contracts';
import { ApiData } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { RetentionService } from './retention.service';

@Controller('v1/retention')
export class RetentionController {
  constructor(private readonly service: RetentionService) {}

  @Get('plan')
  @ApiOperation({
    summary: 'What of your audit trail would be dropped on a day, and what a legal hold keeps',
  })
  @Requires('retention:read')
  @Audited(['view retention_plan'])
  @ApiData(RetentionPlan)
  async plan(@Query() query: RetentionPlanQuery): Promise<{ data: RetentionPlan }> {
    return { data: await this.service.plan(query) };
  }
}
