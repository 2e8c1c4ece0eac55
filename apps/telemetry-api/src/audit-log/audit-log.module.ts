import { Module } from '@nestjs/common';
import { IntegrityModule } from '../integrity/integrity.module';
import { AuditLogController } from './audit-log.controller';
import { AuditLogRepository } from './audit-log.repository';
import { AuditLogService } from './audit-log.service';
import { AuditRecorderService } from './audit-recorder.service';

@Module({
  imports: [IntegrityModule],
  controllers: [AuditLogController],
  providers: [AuditLogService, AuditRecorderService, AuditLogRepository],
  exports: [AuditRecorderService],
})
export class AuditLogModule {}
