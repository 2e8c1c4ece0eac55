import { Module } from '@nestjs/common';
import { UsageModule } from '../../operations/analytics-edge/usage.module';
import { ConsentsModule } from '../../people/consents/consents.module';
import { ExerciseSessionsController } from './exercise-sessions.controller';
import { ExerciseSessionsRepository } from './exercise-sessions.repository';
import { ExerciseSessionsService } from './exercise-sessions.service';
import { SessionTokensModule } from './session-tokens.module';

@Module({
  imports: [ConsentsModule, SessionTokensModule, UsageModule],
  controllers: [ExerciseSessionsController],
  providers: [ExerciseSessionsService, ExerciseSessionsRepository],
})
export class ExerciseSessionsModule {}
