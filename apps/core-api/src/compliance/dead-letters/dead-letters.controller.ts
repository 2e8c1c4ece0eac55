import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  DeadLetter,
  DeadLetterQuery,
  MendDeadLetterRequest,
  ReplayDeadLettersRequest,
  ReplayedDeadLetters,
  type CursorMeta,
} from '@restartix/contracts';
import { ApiCursorList, ApiData, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { DeadLettersService } from './dead-letters.service';

@Controller('v1/audit-dead-letters')
export class DeadLettersController {
  constructor(private readonly service: DeadLettersService) {}

  @Get()
  @ApiOperation({ summary: 'Audit events of your organization that the log refused, newest first' })
  @Requires('audit_dead_letter:read')
  @Audited(['search audit_dead_letter'])
  @ApiCursorList(DeadLetter)
  list(@Query() query: DeadLetterQuery): Promise<{ data: DeadLetter[]; meta: CursorMeta }> {
    return this.service.list(query);
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends refused events again, each under its own id' })
  @Requires('audit_dead_letter:update')
  @Audited(['update audit_dead_letter'])
  @ApiData(ReplayedDeadLetters)
  async replay(@Body() request: ReplayDeadLettersRequest): Promise<{ data: ReplayedDeadLetters }> {
    return { data: await this.service.replay(request) };
  }

  @Patch(':event_id')
  @ApiOperation({ summary: 'Puts a refused event right; it is marked as mended and the original kept' })
  @Requires('audit_dead_letter:update')
  @Audited(['update audit_dead_letter'])
  @ApiData(DeadLetter)
  async mend(
    @Param('event_id', ParseUuid) eventId: string,
    @Body() change: MendDeadLetterRequest,
  ): Promise<{ data: DeadLetter }> {
    return { data: await this.service.mend(eventId, change) };
  }
}
