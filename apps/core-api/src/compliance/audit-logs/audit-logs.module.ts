import { Module } from '@nestjs/common';
import { PatientsModule } from '../../people/patients/patients.module';
import { OutboxModule } from '../../operations/outbox/outbox.module';
import { AuditExportService } from './audit-export.service';
import { AuditIntegrityService } from './audit-integrity.service';
import { AuditLogsController } from './audit-logs.controller';
import { AuditLogsService } from './audit-logs.service';
import { AuditProofsService } from './audit-proofs.service';

@Module({
  imports: [OutboxModule, PatientsModule],
  controllers: [AuditLogsController],
  providers: [AuditLogsService, AuditProofsService, AuditExportService, AuditIntegrityService],
})
export class AuditLogsModule {}
