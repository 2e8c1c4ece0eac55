import { Module } from '@nestjs/common';
import { ClinicsModule } from '../../organizations/clinics/clinics.module';
import { OrganizationsModule } from '../../organizations/organizations/organizations.module';
import { ConsentsModule } from '../../people/consents/consents.module';
import { SessionTokensModule } from '../../rehab/exercise-sessions/session-tokens.module';
import { AppointmentsModule } from '../appointments/appointments.module';
import { CallSessionsController } from './call-sessions.controller';
import { CallSessionsService } from './call-sessions.service';

@Module({
  imports: [AppointmentsModule, ClinicsModule, ConsentsModule, OrganizationsModule, SessionTokensModule],
  controllers: [CallSessionsController],
  providers: [CallSessionsService],
})
export class CallSessionsModule {}
