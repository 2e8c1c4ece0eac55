import { Injectable } from '@nestjs/common';
import { Clock, requireContext } from '@restartix/context';
import type { StepUpProof, StepUpRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, invalid } from '@restartix/errors';
import { RateLimiter, StepUpProofs } from '@restartix/tenancy';
import { SessionsService } from '../sessions/sessions.service';
import { Attempts, type Attempt } from './attempts';
import { stepUpCaller } from './step-up.caller';

const ANSWERS = ['totp', 'recovery_code', 'sms_code', 'credential'] as const;

/** Showing a second factor again, and the proof of it. */
@Injectable()
export class StepUpService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly attempts: Attempts,
    private readonly proofs: StepUpProofs,
    private readonly sessions: SessionsService,
    private readonly limits: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks an answer. A right one is an event, raises the session, and gives a proof for its purpose; a wrong one is an
   * event and slows the account down: second_factor_invalid, then step_up_locked with Retry-After.
   */
  async verify(request: StepUpRequest): Promise<StepUpProof> {
    const [answer, ...more] = ANSWERS.filter((name) => request[name] !== undefined);
    if (!answer || more.length > 0)
      throw invalid([{ field: '', reason: `exactly one of ${ANSWERS.join(', ')} must be given` }]);
    const caller = stepUpCaller();
    const attempt = await this.uow.run(() => this.attempts.make(caller, request, answer));
    if (!('factors' in attempt)) return this.refuse(attempt);
    const { factors } = attempt;
    await this.uow.asSystem('step-up', caller.organizationId, () =>
      this.sessions.addProof(caller.sessionId, factors, { isSecondFactor: true }),
    );
    const expiresAt = new Date(this.clock.now().getTime() + this.proofs.lifetimeMs);
    const { userId, sessionId } = caller;
    const proof = this.proofs.sign({ userId, sessionId, purpose: request.purpose, factors, expiresAt });
    return { proof, purpose: request.purpose, expires_at: expiresAt.toISOString() };
  }

  private async refuse({
    waitMs,
    isLockOut,
    isWrong,
  }: Exclude<Attempt, { factors: string[] }>): Promise<never> {
    if (isWrong) await this.limits.refused(requireContext().clientAddress);
    const headers: Record<string, string> =
      waitMs > 0 ? { 'Retry-After': String(Math.ceil(waitMs / 1000)) } : {};
    throw new DomainError(isWrong && !isLockOut ? 'second_factor_invalid' : 'step_up_locked', { headers });
  }
}
