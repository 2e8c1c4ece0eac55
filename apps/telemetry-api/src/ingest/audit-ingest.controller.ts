import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { AUDIT_BATCH_MAX, type AuditIngestResponse } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { AuditRecorderService } from '../audit-log/audit-recorder.service';
import { readBatch } from '../channel-body';

/** The door audit events come in by. */
@Controller('internal/v1/audit-events')
@declareAccess({ kind: 'channel' })
export class AuditIngestController {
  constructor(private readonly recorder: AuditRecorderService) {}

  /** Answers after the commit; see AuditRecorderService.record. */
  @Post()
  @HttpCode(200)
  async ingest(@Body() body: unknown): Promise<AuditIngestResponse> {
    return { results: await this.recorder.record(readBatch('events', AUDIT_BATCH_MAX, body)) };
  }
}
