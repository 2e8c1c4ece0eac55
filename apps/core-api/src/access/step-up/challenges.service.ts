import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { ChallengeRequest, StepUpChallenge } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, forbidden } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { Credentials } from './credentials';
import { FactorSecrets } from './factor-secrets';
import { stepUpCaller, type StepUpCaller } from './step-up.caller';
import { StepUpRepository } from './step-up.repository';

const CHALLENGE_MS = 5 * 60_000;

/** What is asked of a user before an answer can be checked. */
@Injectable()
export class ChallengesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: StepUpRepository,
    private readonly credentials: Credentials,
    private readonly secrets: FactorSecrets,
    private readonly messages: MessagingService,
    private readonly clock: Clock,
  ) {}

  /** Throws forbidden for a text message to staff (D131), conflict when there is nothing to challenge. */
  challenge({ kind }: ChallengeRequest): Promise<StepUpChallenge> {
    return kind === 'sms' ? this.challengePhone() : this.challengeKey();
  }

  private async challengeKey(): Promise<StepUpChallenge> {
    const caller = stepUpCaller();
    return this.uow.run(async () => {
      const known = await this.credentials.of(await this.repository.factors());
      if (known.length === 0) throw conflict('No authenticator is enrolled.');
      const options = await this.credentials.authenticationOptions(known);
      const id = uuidv7();
      const expires_at = await this.keep(caller, id, 'webauthn', options.challenge);
      return { id, kind: 'webauthn', expires_at, options };
    });
  }

  private async challengePhone(): Promise<StepUpChallenge> {
    const caller = stepUpCaller();
    if (caller.role !== 'patient') throw forbidden('Text messages are a second factor for patients only.');
    const id = uuidv7();
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    return this.uow.run(async () => {
      const patientId = await this.repository.ownPatientWithPhone(caller.userId);
      if (!patientId) throw conflict('Your record has no phone number.');
      const expires_at = await this.keep(caller, id, 'sms', this.secrets.hash('sms', id, code));
      await this.messages.enqueue({
        template: 'step_up.code',
        recipient: { patientId },
        channel: 'sms',
        data: { code },
        dedupeKey: `step_up.code:${id}`,
      });
      return { id, kind: 'sms', expires_at, options: null };
    });
  }

  private async keep(
    { userId, sessionId }: StepUpCaller,
    id: string,
    kind: 'webauthn' | 'sms',
    answer: string,
  ): Promise<string> {
    const now = this.clock.now();
    const expires_at = new Date(now.getTime() + CHALLENGE_MS);
    await this.repository.challenge(
      { id, user_id: userId, session_id: sessionId, kind, answer, expires_at },
      now,
    );
    return expires_at.toISOString();
  }
}
