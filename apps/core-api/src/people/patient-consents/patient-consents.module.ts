import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module';
import { ConsentDocumentsService } from './consent-documents.service';
import { ConsentTextsController } from './consent-texts.controller';
import { ConsentTextsService } from './consent-texts.service';
import { DeskConsentsController } from './desk-consents.controller';
import { DeskConsentsService } from './desk-consents.service';
import { PatientConsentsController } from './patient-consents.controller';
import { PatientConsentsRepository } from './patient-consents.repository';
import { PatientConsentsService } from './patient-consents.service';

@Module({
  imports: [PatientsModule],
  controllers: [ConsentTextsController, DeskConsentsController, PatientConsentsController],
  providers: [
    ConsentTextsService,
    PatientConsentsService,
    DeskConsentsService,
    ConsentDocumentsService,
    PatientConsentsRepository,
  ],
  exports: [PatientConsentsService],
})
export class PatientConsentsModule {}
