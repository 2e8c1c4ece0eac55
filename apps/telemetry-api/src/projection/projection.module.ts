import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { SecurityModule } from '../security/security.module';
import { StaffActivityModule } from '../staff-activity/staff-activity.module';
import { ProjectionRepository } from './projection.repository';
import { ProjectionService } from './projection.service';

@Module({
  imports: [AuditLogModule, IntegrityModule, SecurityModule, StaffActivityModule],
  providers: [ProjectionService, ProjectionRepository],
})
export class ProjectionModule {}
