import { Module } from '@nestjs/common';
import { CareRelationshipsController } from './care-relationships.controller';
import { CareRelationshipsRepository } from './care-relationships.repository';
import { CareRelationshipsService } from './care-relationships.service';
import { CareRepository } from './care.repository';
import { CareService } from './care.service';

@Module({
  controllers: [CareRelationshipsController],
  providers: [CareService, CareRepository, CareRelationshipsService, CareRelationshipsRepository],
  exports: [CareService],
})
export class CareModule {}
