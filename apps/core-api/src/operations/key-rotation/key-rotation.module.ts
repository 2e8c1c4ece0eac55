import { Module } from '@nestjs/common';
import { KeyRotationRepository } from './key-rotation.repository';
import { KeyRotationSchedule } from './key-rotation.schedule';
import { KeyRotationService } from './key-rotation.service';

@Module({
  providers: [KeyRotationService, KeyRotationRepository, KeyRotationSchedule],
  exports: [KeyRotationService],
})
export class KeyRotationModule {}
