import { Module } from '@nestjs/common';
import { ClerkMembershipsModule } from '../../access/clerk-memberships/clerk-memberships.module';
import { DomainsModule } from '../../organizations/domains/domains.module';
import { PatientConsentsModule } from '../patient-consents/patient-consents.module';
import { PatientsModule } from '../patients/patients.module';
import { OnboardingController } from './onboarding.controller';
import { OnboardingRepository } from './onboarding.repository';
import { OnboardingService } from './onboarding.service';

@Module({
  imports: [ClerkMembershipsModule, DomainsModule, PatientsModule, PatientConsentsModule],
  controllers: [OnboardingController],
  providers: [OnboardingService, OnboardingRepository],
})
export class OnboardingModule {}
