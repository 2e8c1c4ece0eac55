import { Inject, Injectable } from '@nestjs/common';
import { Clock, requireContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION, type AuditEvent } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import type { Principal, ResolvedIdentity, SessionEnd } from '@restartix/tenancy';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { outboxStatement } from '../../platform/outbox-insert.repository';
import { CORE_CONFIG } from '../../platform/tokens';
import { clientPlace } from './my-session.mapper';
import { endEvents, signInEvent } from './session-events';
import { SessionsRepository, type SessionRow } from './sessions.repository';

/** What is asked of a token, or of the provider, about a session that begins. */
export type SignIn = Pick<Principal, 'issuer' | 'sessionId' | 'authTime' | 'mfaTime' | 'amr'>;

export type SignedIn = Pick<ResolvedIdentity, 'userId' | 'emailEnvelope' | 'organizationId' | 'role'>;

/** Sessions of record. Each sign-in, and each end of a session, is an event of the log the session began in. */
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
  async begin(principal: SignIn, user: SignedIn): Promise<boolean> {
    const session = await this.rowOf(principal, user);
    return this.uow.asSystem('sign-in', session.organization_id, async () => {
      await this.repository.lockUser(user.userId);
      if (!(await this.repository.insert(session))) return false;
      const now = this.clock.now();
      const limit = this.config.SESSIONS_PER_USER;
      const beyond = await this.repository.endBeyond(user.userId, session.id, limit, now);
      const who = { user_email: user.emailEnvelope, user_role: user.role ?? ('anonymous' as const) };
      this.record([signInEvent(session, who), ...endEvents(beyond, 'limit')]);
      return true;
    });
  }

  /** Ends one session as the system's own decision. */
  async end(id: string, reason: SessionEnd): Promise<void> {
    await this.uow.asSystem('end of a session', null, async () => {
      const ended = await this.repository.end(id, reason, this.clock.now());
      this.record(endEvents(ended, reason));
    });
  }

  /** Ends every session of a user. */
  async endAll(userId: string, reason: SessionEnd): Promise<void> {
    await this.uow.asSystem('end of all sessions of a user', null, async () => {
      const ended = await this.repository.endOf(userId, {}, reason, this.clock.now());
      this.record(endEvents(ended, reason));
    });
  }

  /** The provider has ended a session, which may not have been seen here yet: then it never will be. */
  async endByProvider(issuer: string, identitySession: string): Promise<void> {
    await this.uow.asSystem('the identity provider ended it', null, async () => {
      const ended = await this.repository.endOrBar(uuidv7(), issuer, identitySession, this.clock.now());
      this.record(endEvents(ended, 'provider'));
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

  private async rowOf(principal: SignIn, user: SignedIn): Promise<SessionRow> {
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

  private record(events: AuditEvent[]): void {
    this.uow.beforeCommit(() => (events.length > 0 ? outboxStatement(events) : null));
  }
}
