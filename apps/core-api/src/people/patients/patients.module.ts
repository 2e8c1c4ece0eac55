import { Module } from '@nestjs/common';
import { CareModule } from '../../access/care/care.module';
import { PatientCipher } from './patient.cipher';
import { PatientLookupService } from './patient-lookup.service';
import { PatientRegistrationService } from './patient-registration.service';
import { PatientTextsService } from './patient-texts.service';
import { PatientsController } from './patients.controller';
import { PatientsRepository } from './patients.repository';
import { PatientsService } from './patients.service';
import { ProtectedChangesService } from './protected-changes.service';

@Module({
  imports: [CareModule],
  controllers: [PatientsController],
  providers: [
    PatientsService,
    PatientLookupService,
    PatientRegistrationService,
    PatientsRepository,
    PatientCipher,
    PatientTextsService,
    ProtectedChangesService,
  ],
  exports: [
    PatientsService,
    PatientLookupService,
    PatientRegistrationService,
    PatientTextsService,
    ProtectedChangesService,
  ],
})
export class PatientsModule {}
