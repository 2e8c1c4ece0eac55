import { Inject, Injectable } from '@nestjs/common';
import { createAuditEvent, type AuditDraft } from '@restartix/audit';
import { Clock, requireContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION, type AuditEvent } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import type { Principal, ResolvedIdentity, SessionEnd } from '@restartix/tenancy';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { outboxStatement } from '../../platform/outbox-insert.repository';
import { placeOf } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';
import { SessionsRepository, type EndedSession, type SessionRow } from './sessions.repository';

export type SignedIn = Pick<ResolvedIdentity, 'userId' | 'emailEnvelope' | 'organizationId' | 'role'>;

/** Sessions of record. A sign-in, and every ending of a session, is an event of the log the session began in. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SessionsRepository,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  /**
   * Begins the session of a token that is seen for the first time, and ends the user's least recently used ones beyond
   * the limit. False when another request has begun it in the meantime.
   */
  async begin(principal: Principal, user: SignedIn): Promise<boolean> {
    const session = await this.rowOf(principal, user);
    return this.uow.asSystem('sign-in', session.organization_id, async () => {
      await this.repository.lockUser(user.userId);
      if (!(await this.repository.insert(session))) return false;
      const now = this.clock.now();
      const limit = this.config.SESSIONS_PER_USER;
      const beyond = await this.repository.endBeyond(user.userId, session.id, limit, now);
      const { role, emailEnvelope } = user;
      this.record({
        ...loggedBy(session, { action: 'login', details: { factors: session.factors } }),
        user_email: emailEnvelope,
        user_role: role ?? 'anonymous',
      });
      for (const ended of beyond) this.recordEnd(ended, 'limit');
      return true;
    });
  }

  /** Ends one session as the system's own decision. */
  async end(id: string, reason: SessionEnd): Promise<void> {
    await this.uow.asSystem('end of a session', null, async () => {
      const ended = await this.repository.end(id, reason, this.clock.now());
      for (const session of ended) this.recordEnd(session, reason);
    });
  }

  /**
   * Takes down what the user of a session has proved beside the identity provider: factors in the words of RFC 8176
   * (otp, sms, hwk, user…). Inside the unit of work of the proof's own event.
   */
  addProof(
    sessionId: string,
    factors: readonly string[],
    options: { isSecondFactor: boolean },
  ): Promise<void> {
    return this.repository.addProof(sessionId, factors, options.isSecondFactor, this.clock.now());
  }

  private async rowOf(principal: Principal, user: SignedIn): Promise<SessionRow> {
    const id = uuidv7();
    const now = this.clock.now();
    const authTime = principal.authTime && principal.authTime < now ? principal.authTime : now;
    const { clientAddress, userAgent } = requireContext();
    const client = JSON.stringify({ address: clientAddress, user_agent: userAgent });
    return {
      id,
      issuer: principal.issuer,
      identity_session: principal.sessionId,
      user_id: user.userId,
      organization_id: user.role === null ? null : user.organizationId,
      client: await this.keys.seal(PLATFORM_ORGANIZATION, client, clientPlace(id)),
      started_at: authTime,
      authenticated_at: authTime,
      mfa_at: principal.mfaTime,
      factors: [...principal.amr],
      last_active_at: now,
    };
  }

  private recordEnd(session: EndedSession, reason: SessionEnd): void {
    this.record(loggedBy(session, { action: 'logout', details: { reason } }));
  }

  private record(event: AuditEvent): void {
    this.uow.beforeCommit(() => outboxStatement([event]));
  }
}

/** Place of the envelope of sessions.client. */
export const clientPlace = (id: string): string => placeOf(PLATFORM_ORGANIZATION, 'sessions', 'client', id);

/** An event about a session, in the log it began in and about its user; the request that met it is not its cause. */
function loggedBy(
  { id, user_id, organization_id }: EndedSession,
  draft: Pick<AuditDraft, 'action' | 'details'>,
): AuditEvent {
  const event = createAuditEvent({ ...draft, resourceType: 'session', resourceId: id });
  return { ...event, organization_id: organization_id ?? PLATFORM_ORGANIZATION, user_id, request_id: null };
}
