import { Module } from '@nestjs/common';
import { ClerkMembershipsModule } from '../../access/clerk-memberships/clerk-memberships.module';
import { DomainsModule } from '../../organizations/domains/domains.module';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { PatientsModule } from '../patients/patients.module';
import { ClaimCodes } from './claim-codes';
import { ClaimUsesService } from './claim-uses.service';
import { ClaimsRepository } from './claims.repository';
import { ClaimsService } from './claims.service';
import { MyClaimsController } from './my-claims.controller';
import { PatientClaimsController } from './patient-claims.controller';
import { RedemptionsService } from './redemptions.service';

@Module({
  imports: [ClerkMembershipsModule, PatientsModule, DomainsModule, MessagingModule],
  controllers: [PatientClaimsController, MyClaimsController],
  providers: [ClaimsService, RedemptionsService, ClaimUsesService, ClaimsRepository, ClaimCodes],
})
export class ClaimsModule {}
