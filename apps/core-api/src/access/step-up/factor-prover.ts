import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { StepUpRequest } from '@restartix/contracts';
import { Credentials } from './credentials';
import { FactorSecrets } from './factor-secrets';
import { stepUpCaller } from './step-up.caller';
import { StepUpRepository } from './step-up.repository';
import { acceptedStep } from './totp.policy';
import { WebAuthnAdapter } from './webauthn.adapter';

/** Decides whether an answer proves a second factor of the caller, inside the open unit of work. */
@Injectable()
export class FactorProver {
  constructor(
    private readonly repository: StepUpRepository,
    private readonly secrets: FactorSecrets,
    private readonly credentials: Credentials,
    private readonly webauthn: WebAuthnAdapter,
    private readonly clock: Clock,
  ) {}

  /** What was proved, in the words of RFC 8176; null when nothing was. */
  prove({
    totp,
    recovery_code,
    sms_code,
    credential,
    challenge_id = '',
  }: StepUpRequest): Promise<string[] | null> {
    if (totp) return this.byTotp(totp);
    if (recovery_code) return this.byRecoveryCode(recovery_code);
    if (sms_code) return this.bySms(sms_code, challenge_id);
    return credential ? this.byCredential(credential, challenge_id) : Promise.resolve(null);
  }

  private async byTotp(code: string): Promise<string[] | null> {
    const now = this.clock.now();
    for (const factor of await this.repository.factors()) {
      if (factor.kind !== 'totp') continue;
      const secret = Buffer.from(await this.secrets.open(factor), 'base64url');
      const step = acceptedStep(secret, code, now, Number(factor.last_step));
      if (step === null) continue;
      await this.repository.used(factor.id, { signCount: 0, lastStep: step, at: now });
      return ['otp'];
    }
    return null;
  }

  private async byRecoveryCode(code: string): Promise<string[] | null> {
    const { userId } = stepUpCaller();
    const hash = this.secrets.hash('recovery', userId, code);
    return (await this.repository.useRecoveryCode(hash, this.clock.now())) ? ['otp'] : null;
  }

  private async bySms(code: string, challengeId: string): Promise<string[] | null> {
    const { sessionId } = stepUpCaller();
    const answer = this.secrets.hash('sms', challengeId, code);
    const isRight = await this.repository.takeAnswered(challengeId, answer, sessionId, this.clock.now());
    return isRight ? ['sms'] : null;
  }

  private async byCredential(
    credential: NonNullable<StepUpRequest['credential']>,
    challengeId: string,
  ): Promise<string[] | null> {
    const { sessionId } = stepUpCaller();
    const now = this.clock.now();
    const challenge = await this.repository.take(challengeId, 'webauthn', sessionId, now);
    const known = (await this.credentials.of(await this.repository.factors())).find(
      ({ id }) => id === credential.id,
    );
    if (!challenge || !known) return null;
    const signCount = await this.webauthn.verify(credential, challenge, known);
    if (signCount === null) return null;
    await this.repository.used(known.factor.id, { signCount, lastStep: 0, at: now });
    return [known.factor.device_bound ? 'hwk' : 'swk', 'user'];
  }
}
