import { Module } from '@nestjs/common';
import { SpecialistCipher } from './specialist.cipher';
import { SpecialistsController } from './specialists.controller';
import { SpecialistsRepository } from './specialists.repository';
import { SpecialistsService } from './specialists.service';

@Module({
  controllers: [SpecialistsController],
  providers: [SpecialistsService, SpecialistsRepository, SpecialistCipher],
  exports: [SpecialistsService],
})
export class SpecialistsModule {}
