import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { AuditExportResponse, AuditGetResponse, AuditSearchResponse } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { readExport, readGet, readSearch } from './audit-log.query';
import { AuditLogService } from './audit-log.service';
import { StoredEventsService } from './stored-events.service';

/** Reading the audit log, for core-api only, which has decided who may and has recorded that they do. */
@Controller('internal/v1/audit-logs')
@declareAccess({ kind: 'channel' })
export class AuditLogController {
  constructor(
    private readonly auditLog: AuditLogService,
    private readonly stored: StoredEventsService,
  ) {}

  @Post('search')
  @HttpCode(200)
  search(@Body() body: unknown): Promise<AuditSearchResponse> {
    return this.auditLog.search(readBody(readSearch, body));
  }

  @Post('get')
  @HttpCode(200)
  get(@Body() body: unknown): Promise<AuditGetResponse> {
    return this.auditLog.get(readBody(readGet, body));
  }

  @Post('export')
  @HttpCode(200)
  export(@Body() body: unknown): Promise<AuditExportResponse> {
    return this.stored.export(readBody(readExport, body));
  }
}
