import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module';
import { CoveragesController } from './coverages.controller';
import { CoveragesRepository } from './coverages.repository';
import { CoveragesService } from './coverages.service';

@Module({
  imports: [PatientsModule],
  controllers: [CoveragesController],
  providers: [CoveragesService, CoveragesRepository],
})
export class CoveragesModule {}
