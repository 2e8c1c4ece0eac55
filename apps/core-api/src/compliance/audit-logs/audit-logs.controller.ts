import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  AuditCheckpoint,
  AuditCheckpointQuery,
  AuditConsistency,
  AuditConsistencyQuery,
  AuditExportQuery,
  AuditIntegrity,
  AuditLogEntry,
  AuditLogQuery,
  ProvenAuditLogEntry,
  type CursorMeta,
} from '@restartix/contracts';
import { ApiCursorList, ApiData, ApiProblems, ParseUuid, RateLimited } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { AuditExportService } from './audit-export.service';
import { AuditIntegrityService } from './audit-integrity.service';
import { AuditLogsService } from './audit-logs.service';
import { AuditProofsService } from './audit-proofs.service';

@Controller('v1/audit-logs')
export class AuditLogsController {
  constructor(
    private readonly service: AuditLogsService,
    private readonly proofs: AuditProofsService,
    private readonly exports: AuditExportService,
    private readonly state: AuditIntegrityService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The audit trail of your organization, newest first' })
  @Requires('audit_log:read')
  @Audited(['search audit_log'], { perPatient: ['view patient'] })
  @ApiCursorList(AuditLogEntry)
  search(@Query() query: AuditLogQuery): Promise<{ data: AuditLogEntry[]; meta: CursorMeta }> {
    return this.service.search(query);
  }

  @Get('checkpoints')
  @ApiOperation({ summary: 'Signed checkpoints of the trail, newest first' })
  @Requires('audit_log:read')
  @Audited(['view audit_log'])
  @ApiCursorList(AuditCheckpoint)
  checkpoints(@Query() query: AuditCheckpointQuery): Promise<{ data: AuditCheckpoint[]; meta: CursorMeta }> {
    return this.proofs.checkpoints(query);
  }

  @Get('consistency')
  @ApiOperation({ summary: 'Proof that the trail only grew between two of its sizes' })
  @Requires('audit_log:read')
  @Audited(['view audit_log'])
  @ApiData(AuditConsistency)
  @ApiProblems('not_found')
  async consistency(@Query() query: AuditConsistencyQuery): Promise<{ data: AuditConsistency }> {
    return { data: await this.proofs.consistency(query) };
  }

  @Get('integrity')
  @ApiOperation({
    summary: 'How the trail is: newest checkpoint, last verified position, backlog, dead letters, alerts',
  })
  @Requires('audit_log:read')
  @Audited(['view audit_log'])
  @ApiData(AuditIntegrity)
  async integrity(): Promise<{ data: AuditIntegrity }> {
    return { data: await this.state.read() };
  }

  @Get('export')
  @ApiOperation({ summary: 'The sealed trail as stored, with proofs: JSON lines for the offline verifier' })
  @Requires('audit_log:read')
  @Audited(['export audit_log'], { each: true })
  @RateLimited('export')
  @ApiProblems('not_found')
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ schema: { type: 'string' } })
  async export(@Query() query: AuditExportQuery): Promise<StreamableFile> {
    const lines = await this.exports.open(query);
    return new StreamableFile(Readable.from(lines), { type: 'application/x-ndjson' });
  }

  @Get(':event_id')
  @ApiOperation({ summary: 'One event of the trail' })
  @Requires('audit_log:read')
  @Audited(['view audit_log'], { perPatient: ['view patient'] })
  @ApiData(ProvenAuditLogEntry)
  async read(@Param('event_id', ParseUuid) eventId: string): Promise<{ data: ProvenAuditLogEntry }> {
    return { data: await this.service.read(eventId) };
  }
}
