import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Clock, requireContext } from '@restartix/context';
import type { Role, StepUpPurpose } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { readAccess } from '@restartix/http';
import type { Request } from 'express';
import type { Principal } from '../identity';
import { currentSession, type Session } from '../session';
import { mfaRefusal } from '../step-up/mfa.policy';
import { StepUpProofs } from '../step-up/step-up-proofs';
import { assertSteppedUp, holdStepUp, stepUpPurposeOf } from '../step-up/step-up.decorator';
import { principalOf } from './auth.guard';

/**
 * Fifth guard: the second factor. Whoever's role needs one (requirements D131–D133) reaches what is about oneself
 * without it, so that it can be enrolled and shown, and nothing else. A route may need it fresh, for its purpose.
 */
@Injectable()
export class StepUpGuard implements CanActivate {
  constructor(
    private readonly proofs: StepUpProofs,
    private readonly clock: Clock,
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    const session = currentSession();
    const [handler, controller] = [execution.getHandler(), execution.getClass()];
    const purpose = stepUpPurposeOf(handler, controller);
    if (!session) {
      if (purpose) assertSteppedUp(purpose); // a key can show no second factor
      return true;
    }
    const role = requireContext().actor?.role ?? 'anonymous';
    if (readAccess(handler, controller)?.kind === 'permission') assertSecondFactor(role, session);
    const request = execution.switchToHttp().getRequest<Request>();
    const proven = this.provenBy(request, session, role);
    if (proven) holdStepUp(proven);
    if (purpose) assertSteppedUp(purpose);
    return true;
  }

  /** What the request shows a second factor for: by a proof of ours, or by the identity provider's fresh word. */
  private provenBy(request: Request, { id: sessionId }: Session, role: Role): StepUpPurpose | 'any' | null {
    const now = this.clock.now();
    const userId = requireContext().actor?.userId ?? '';
    const header = request.headers['step-up-proof'];
    const proof = typeof header === 'string' ? this.proofs.read(header, { userId, sessionId }, now) : null;
    if (proof && !mfaRefusal(role, { at: now, factors: proof.factors })) return proof.purpose;
    const principal = principalOf(request);
    return principal && this.isFresh(principal, now, role) ? 'any' : null;
  }

  private isFresh({ mfaTime, amr }: Principal, now: Date, role: Role): boolean {
    if (!mfaTime || now.getTime() - mfaTime.getTime() >= this.proofs.lifetimeMs) return false;
    return !mfaRefusal(role, { at: mfaTime, factors: amr });
  }
}

function assertSecondFactor(role: Role, { mfaAt, factors, isSuperadmin }: Session): void {
  const proven = { at: mfaAt, factors };
  const refusal = mfaRefusal(role, proven) ?? (isSuperadmin ? mfaRefusal('superadmin', proven) : null);
  if (refusal) throw new DomainError(refusal);
}
