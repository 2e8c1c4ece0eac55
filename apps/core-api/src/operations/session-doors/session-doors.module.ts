import { Module } from '@nestjs/common';
import { SessionTokenVerifier } from '@restartix/tenancy';
import { SessionTokensModule } from '../../rehab/exercise-sessions/session-tokens.module';
import { SessionTokensService } from '../../rehab/exercise-sessions/session-tokens.service';
import { SessionDoorsController } from './session-doors.controller';
import { SessionDoorsService } from './session-doors.service';

/** Two doors of one buffer: see AnalyticsBufferModule. */
@Module({
  imports: [SessionTokensModule],
  controllers: [SessionDoorsController],
  providers: [SessionDoorsService, { provide: SessionTokenVerifier, useExisting: SessionTokensService }],
})
export class SessionDoorsModule {}
