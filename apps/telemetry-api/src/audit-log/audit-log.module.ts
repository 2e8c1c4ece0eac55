import { Module } from '@nestjs/common';
import { IntegrityModule } from '../integrity/integrity.module';
import { AuditLogController } from './audit-log.controller';
import { AuditLogRepository } from './audit-log.repository';
import { AuditLogService } from './audit-log.service';
import { AuditRecorderService } from './audit-recorder.service';
import { StoredEventsService } from './stored-events.service';

@Module({
  imports: [IntegrityModule],
  controllers: [AuditLogController],
  providers: [AuditLogService, AuditRecorderService, StoredEventsService, AuditLogRepository],
  exports: [AuditRecorderService, StoredEventsService],
})
export class AuditLogModule {}
