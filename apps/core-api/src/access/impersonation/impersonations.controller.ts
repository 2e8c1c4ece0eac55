import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  ImpersonateRequest,
  Impersonation,
  ImpersonationListQuery,
  ImpersonationToken,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid, RateLimited } from '@restartix/http';
import { Requires, RequiresStepUp } from '@restartix/tenancy';
import { ImpersonationsService } from './impersonations.service';

@Controller('v1')
export class ImpersonationsController {
  constructor(private readonly service: ImpersonationsService) {}

  @Post('patients/:id/impersonate')
  @ApiOperation({ summary: 'Sees what a patient sees, for an hour at most; nothing can be changed by it' })
  @Requires('impersonation:create')
  @RequiresStepUp('impersonation')
  @RateLimited('impersonation')
  @Audited(['impersonate patient', 'create impersonation'], { shows: 'impersonation' })
  @ApiData(ImpersonationToken, { status: 201 })
  @ApiProblems('not_found', 'conflict', 'step_up_required')
  async start(
    @Param('id', ParseUuid) id: string,
    @Body() request: ImpersonateRequest,
  ): Promise<{ data: ImpersonationToken }> {
    return { data: await this.service.start(id, request) };
  }

  @Get('impersonations')
  @ApiOperation({ summary: 'Your own; those of yourself as a patient; the organization’s for compliance' })
  @Requires('impersonation:read')
  @Audited(['search impersonation'], { each: true, shows: 'impersonation' })
  @ApiList(Impersonation)
  list(@Query() query: ImpersonationListQuery): Promise<{ data: Impersonation[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post('impersonations/:id/end')
  @ApiOperation({ summary: 'Ends it before its time' })
  @HttpCode(200)
  @Requires('impersonation:update')
  @Audited(['update impersonation'], { shows: 'impersonation' })
  @ApiData(Impersonation)
  @ApiProblems('transition_not_allowed')
  async end(@Param('id', ParseUuid) id: string): Promise<{ data: Impersonation }> {
    return { data: await this.service.end(id) };
  }
}
