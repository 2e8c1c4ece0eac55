import { Inject, Injectable } from '@nestjs/common';
import { Clock, requireContext } from '@restartix/context';
import { PHI_RESOURCES, type Resource } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import type { AccessDeclaration } from '@restartix/http';
import { SessionPolicy, type Session } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { SessionActivity } from './session-activity';
import { sessionRules } from './session-rules';
import { refusalOf, type SessionRefusal, type SessionRules } from './session.policy';
import { SessionsService } from './sessions.service';

/** Where every request's session is judged by the rules; being used keeps it alive. */
@Injectable()
export class SessionGate extends SessionPolicy {
  private readonly rules: SessionRules;

  constructor(
    private readonly sessions: SessionsService,
    private readonly activity: SessionActivity,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    super();
    this.rules = sessionRules(config);
  }

  async admit(session: Session, access: AccessDeclaration | undefined): Promise<void> {
    const now = this.clock.now();
    const { actor } = requireContext();
    const role = actor?.impersonation?.by.role ?? actor?.role ?? 'anonymous';
    const lastActiveAt = this.activity.latest(session.id, session.lastActiveAt);
    const use = { role, isHealthData: leadsToHealthData(access), now };
    const refusal = refusalOf({ ...session, lastActiveAt }, use, this.rules);
    if (!refusal || refusal === 'reauth_required') this.activity.touch(session.id, now);
    if (refusal) await this.refuse(session, refusal);
  }

  /** A session that has run out is ended for good; how to go on is said as RFC 9470 has it. */
  private async refuse(session: Session, refusal: SessionRefusal): Promise<never> {
    if (!session.ended && refusal === 'session_idle') await this.sessions.end(session.id, 'idle');
    if (!session.ended && refusal === 'session_expired') await this.sessions.end(session.id, 'expired');
    if (refusal !== 'reauth_required') throw new DomainError(refusal);
    const challenge = `Bearer error="insufficient_user_authentication", max_age="${this.rules.reauth / 1000}"`;
    throw new DomainError(refusal, { headers: { 'WWW-Authenticate': challenge } });
  }
}

function leadsToHealthData(access: AccessDeclaration | undefined): boolean {
  if (access?.kind !== 'permission') return false;
  return PHI_RESOURCES.has(access.permission.split(':')[0] as Resource);
}
