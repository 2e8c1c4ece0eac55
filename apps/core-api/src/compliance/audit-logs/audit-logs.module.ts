import { Module } from '@nestjs/common';
import { PatientsModule } from '../../people/patients/patients.module';
import { AuditExportService } from './audit-export.service';
import { AuditLogsController } from './audit-logs.controller';
import { AuditLogsService } from './audit-logs.service';
import { AuditProofsService } from './audit-proofs.service';

@Module({
  imports: [PatientsModule],
  controllers: [AuditLogsController],
  providers: [AuditLogsService, AuditProofsService, AuditExportService],
})
export class AuditLogsModule {}
