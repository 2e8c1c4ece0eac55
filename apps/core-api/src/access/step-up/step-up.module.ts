import { Module } from '@nestjs/common';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { SessionsModule } from '../sessions/sessions.module';
import { Attempts } from './attempts';
import { ChallengesService } from './challenges.service';
import { Credentials } from './credentials';
import { FactorProver } from './factor-prover';
import { FactorSecrets } from './factor-secrets';
import { SecondFactorsService } from './second-factors.service';
import { StepUpController } from './step-up.controller';
import { StepUpRepository } from './step-up.repository';
import { StepUpService } from './step-up.service';
import { WebAuthnAdapter } from './webauthn.adapter';

@Module({
  imports: [MessagingModule, SessionsModule],
  controllers: [StepUpController],
  providers: [
    SecondFactorsService,
    ChallengesService,
    StepUpService,
    Attempts,
    FactorProver,
    FactorSecrets,
    Credentials,
    WebAuthnAdapter,
    StepUpRepository,
  ],
})
export class StepUpModule {}
