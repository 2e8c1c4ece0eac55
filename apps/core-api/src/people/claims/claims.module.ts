import { Module } from '@nestjs/common';
import { DomainsModule } from '../../organizations/domains/domains.module';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { PatientsModule } from '../patients/patients.module';
import { ClaimCodes } from './claim-codes';
import { ClaimsRepository } from './claims.repository';
import { ClaimsService } from './claims.service';
import { MyClaimsController } from './my-claims.controller';
import { PatientClaimsController } from './patient-claims.controller';
import { RedemptionsService } from './redemptions.service';

@Module({
  imports: [PatientsModule, DomainsModule, MessagingModule],
  controllers: [PatientClaimsController, MyClaimsController],
  providers: [ClaimsService, RedemptionsService, ClaimsRepository, ClaimCodes],
})
export class ClaimsModule {}
