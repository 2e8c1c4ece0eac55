import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module';
import { IntegrityModule } from '../integrity/integrity.module';
import { ActorKeysService } from './actor-keys.service';
import { PartitionsRepository } from './partitions.repository';
import { PartitionsService } from './partitions.service';
import { RetentionController } from './retention.controller';
import { RetentionRepository } from './retention.repository';
import { RetentionService } from './retention.service';

@Module({
  imports: [AuditLogModule, IntegrityModule],
  controllers: [RetentionController],
  providers: [
    ActorKeysService,
    PartitionsService,
    PartitionsRepository,
    RetentionService,
    RetentionRepository,
  ],
})
export class RetentionModule {}
