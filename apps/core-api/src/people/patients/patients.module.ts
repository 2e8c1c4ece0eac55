import { Module } from '@nestjs/common';
import { CareModule } from '../../access/care/care.module';
import { PatientCipher } from './patient.cipher';
import { PatientsController } from './patients.controller';
import { PatientsRepository } from './patients.repository';
import { PatientsService } from './patients.service';
import { ProtectedChangesService } from './protected-changes.service';

@Module({
  imports: [CareModule],
  controllers: [PatientsController],
  providers: [PatientsService, PatientsRepository, PatientCipher, ProtectedChangesService],
  exports: [ProtectedChangesService],
})
export class PatientsModule {}
