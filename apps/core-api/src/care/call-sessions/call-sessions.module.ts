import { Module } from '@nestjs/common';
import { ConsentsModule } from '../../people/consents/consents.module';
import { SessionTokensModule } from '../../rehab/exercise-sessions/session-tokens.module';
import { AppointmentsModule } from '../appointments/appointments.module';
import { CallSessionsController } from './call-sessions.controller';
import { CallSessionsService } from './call-sessions.service';

@Module({
  imports: [AppointmentsModule, ConsentsModule, SessionTokensModule],
  controllers: [CallSessionsController],
  providers: [CallSessionsService],
})
export class CallSessionsModule {}
