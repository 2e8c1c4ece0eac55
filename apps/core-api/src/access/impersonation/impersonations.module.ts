import { Module } from '@nestjs/common';
import { ImpersonationsController } from './impersonations.controller';
import { ImpersonationsMapper } from './impersonations.mapper';
import { ImpersonationsRepository } from './impersonations.repository';
import { ImpersonationsService } from './impersonations.service';

@Module({
  controllers: [ImpersonationsController],
  providers: [ImpersonationsService, ImpersonationsMapper, ImpersonationsRepository],
})
export class ImpersonationsModule {}
