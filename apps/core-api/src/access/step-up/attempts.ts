import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import type { StepUpRequest } from '@restartix/contracts';
import { AlertPort } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { FactorProver } from './factor-prover';
import { afterFailure, waitOf } from './lockout.policy';
import type { StepUpCaller } from './step-up.caller';
import { StepUpRepository } from './step-up.repository';

/** What was proved, or how long to wait before the next attempt. What is wrong is written before it is said. */
export type Attempt = { factors: string[] } | { waitMs: number; isLockOut: boolean; isWrong: boolean };

/** Attempts of an account, one at a time: each is an event, and each wrong one slows the account down. */
@Injectable()
export class Attempts {
  constructor(
    private readonly repository: StepUpRepository,
    private readonly prover: FactorProver,
    private readonly trail: AuditTrail,
    private readonly messages: MessagingService,
    private readonly alerts: AlertPort,
    private readonly clock: Clock,
  ) {}

  /** One attempt, inside the open unit of work. */
  async make(
    { userId, sessionId, organizationId }: StepUpCaller,
    request: StepUpRequest,
    method: string,
  ): Promise<Attempt> {
    const before = await this.repository.lockAttempts(userId);
    const waitMs = waitOf(before, this.clock.now());
    if (waitMs > 0) return { waitMs, isLockOut: false, isWrong: false };
    const factors = await this.prover.prove(request);
    const details = { purpose: request.purpose, method };
    const event = { action: 'step_up', resourceType: 'session', resourceId: sessionId } as const;
    if (factors) {
      await this.repository.saveAttempts(userId, { failures: 0, locked_until: null });
      this.trail.record({ ...event, details });
      return { factors };
    }
    const after = afterFailure(before, this.clock.now());
    await this.repository.saveAttempts(userId, after);
    const failure_reason = 'second_factor_invalid';
    this.trail.record({ ...event, success: false, details: { ...details, failure_reason } });
    if (after.isLockOut) await this.tell(userId, organizationId);
    return { waitMs: waitOf(after, this.clock.now()), isLockOut: after.isLockOut, isWrong: true };
  }

  private async tell(userId: string, organizationId: number | null): Promise<void> {
    const summary = 'An account was locked after too many wrong second factors.';
    this.alerts.raise({ code: 'step_up_locked_out', severity: 'warning', summary });
    if (organizationId === null) return;
    await this.messages.enqueue({
      template: 'step_up.locked',
      recipient: { userId },
      channel: 'email',
      data: {},
      dedupeKey: `step_up.locked:${uuidv7()}`,
    });
  }
}
