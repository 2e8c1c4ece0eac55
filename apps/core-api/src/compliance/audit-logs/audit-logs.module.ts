import { Module } from '@nestjs/common';
import { PatientsModule } from '../../people/patients/patients.module';
import { AuditLogsController } from './audit-logs.controller';
import { AuditLogsService } from './audit-logs.service';

@Module({ imports: [PatientsModule], controllers: [AuditLogsController], providers: [AuditLogsService] })
export class AuditLogsModule {}
