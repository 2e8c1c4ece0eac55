import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module';
import { PipelineModule } from '../pipeline/pipeline.module';
import { AnalyticsIngestController } from './analytics-ingest.controller';
import { AuditIngestController } from './audit-ingest.controller';

@Module({
  imports: [AuditLogModule, PipelineModule],
  controllers: [AuditIngestController, AnalyticsIngestController],
})
export class IngestModule {}
