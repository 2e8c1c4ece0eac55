import { Module } from '@nestjs/common';
import { LegalHoldsModule } from '../legal-holds/legal-holds.module';
import { ErasuresController } from './erasures.controller';
import { ErasuresRepository } from './erasures.repository';
import { ErasuresService } from './erasures.service';

@Module({
  imports: [LegalHoldsModule],
  controllers: [ErasuresController],
  providers: [ErasuresService, ErasuresRepository],
})
export class ErasuresModule {}
