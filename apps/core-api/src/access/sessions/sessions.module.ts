import { Module } from '@nestjs/common';
import { SessionPolicy } from '@restartix/tenancy';
import { SessionActivity } from './session-activity';
import { MySessionsService } from './my-sessions.service';
import { SessionGate } from './session-gate';
import { SessionsController } from './sessions.controller';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';

@Module({
  controllers: [SessionsController],
  providers: [
    SessionsService,
    MySessionsService,
    SessionsRepository,
    SessionActivity,
    { provide: SessionPolicy, useClass: SessionGate },
  ],
  exports: [SessionsService, SessionPolicy],
})
export class SessionsModule {}
