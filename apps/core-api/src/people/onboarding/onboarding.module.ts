import { Module } from '@nestjs/common';
import { DomainsModule } from '../../organizations/domains/domains.module';
import { PatientConsentsModule } from '../patient-consents/patient-consents.module';
import { PatientsModule } from '../patients/patients.module';
import { OnboardingController } from './onboarding.controller';
import { OnboardingRepository } from './onboarding.repository';
import { OnboardingService } from './onboarding.service';

@Module({
  imports: [DomainsModule, PatientsModule, PatientConsentsModule],
  controllers: [OnboardingController],
  providers: [OnboardingService, OnboardingRepository],
})
export class OnboardingModule {}
