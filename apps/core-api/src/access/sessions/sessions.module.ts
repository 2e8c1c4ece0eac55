import { Module } from '@nestjs/common';
import { SessionPolicy } from '@restartix/tenancy';
import { SessionActivity } from './session-activity';
import { SessionGate } from './session-gate';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';

@Module({
  providers: [
    SessionsService,
    SessionsRepository,
    SessionActivity,
    { provide: SessionPolicy, useClass: SessionGate },
  ],
  exports: [SessionsService, SessionPolicy],
})
export class SessionsModule {}
