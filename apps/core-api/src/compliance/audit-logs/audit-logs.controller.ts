import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { AuditLogEntry, AuditLogQuery, type CursorMeta } from '@restartix/contracts';
import { ApiCursorList, ApiData, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { AuditLogsService } from './audit-logs.service';

@Controller('v1/audit-logs')
export class AuditLogsController {
  constructor(private readonly service: AuditLogsService) {}

  @Get()
  @ApiOperation({ summary: 'The audit trail of your organization, newest first' })
  @Requires('audit_log:read')
  @Audited(['search audit_log'])
  @ApiCursorList(AuditLogEntry)
  search(@Query() query: AuditLogQuery): Promise<{ data: AuditLogEntry[]; meta: CursorMeta }> {
    return this.service.search(query);
  }

  @Get(':event_id')
  @ApiOperation({ summary: 'One event of the trail' })
  @Requires('audit_log:read')
  @Audited(['view audit_log'])
  @ApiData(AuditLogEntry)
  async read(@Param('event_id', ParseUuid) eventId: string): Promise<{ data: AuditLogEntry }> {
    return { data: await this.service.read(eventId) };
  }
}
