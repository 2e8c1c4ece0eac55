import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { IdentityResolver, type Principal, type ResolvedIdentity, type Session } from '@restartix/tenancy';
import { SessionsService } from '../sessions/sessions.service';
import {
  IdentityRepository,
  type IdentityRow,
  type KnownSession,
  type SessionColumns,
} from './identity.repository';

/** Tokens → our ids, and the session they belong to, which begins with the first request that shows it. */
@Injectable()
export class IdentityService extends IdentityResolver {
  constructor(
    private readonly repository: IdentityRepository,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
  ) {
    super();
  }

  async resolve(principal: Principal): Promise<ResolvedIdentity | null> {
    if (principal.delegation) return this.impersonated(principal);
    const known = await this.repository.find(principal);
    if (!known) return null;
    if (known.session_id !== null) return this.identityOf(known, principal);
    await this.sessions.begin(principal, personOf(known));
    const begun = await this.repository.find(principal);
    // Another user's session under this id: the provider contradicts itself.
    if (!begun || begun.session_id === null) throw new DomainError('token_invalid');
    return this.identityOf(begun, principal);
  }

  /** The patient, in the session of who acts. Throws token_delegated when nothing of the kind lives. */
  private async impersonated(principal: Principal): Promise<ResolvedIdentity> {
    const row = await this.repository.findImpersonation(principal);
    if (!row || row.expires_at <= this.clock.now()) throw new DomainError('token_delegated');
    const { user_id, email, organization_id, staff_user_id, staff_email, staff_role } = row;
    return {
      ...{ userId: user_id, emailEnvelope: email, superadmin: false },
      ...{ organizationId: organization_id, role: 'patient', session: ownSession(row) },
      impersonation: {
        id: row.impersonation_id,
        by: { userId: staff_user_id, emailEnvelope: staff_email, role: staff_role },
      },
    };
  }

  private identityOf(row: KnownSession, principal: Principal): ResolvedIdentity {
    const identity = { ...personOf(row), session: sessionOf(row, principal) };
    if (!row.break_glass) return identity;
    const now = this.clock.now().getTime();
    return { ...identity, opened: row.break_glass.filter(({ expiresAt }) => expiresAt > now) };
  }
}

function personOf(row: IdentityRow): Omit<ResolvedIdentity, 'session'> {
  return {
    userId: row.user_id,
    emailEnvelope: row.email,
    superadmin: row.platform_role === 'superadmin',
    organizationId: row.organization_id,
    role: row.role,
    ...(row.sso ? { sso: row.sso } : {}),
  };
}

function ownSession(row: Omit<SessionColumns, 'break_glass'>): Session {
  return {
    ...{ id: row.session_id, startedAt: row.started_at, lastActiveAt: row.last_active_at },
    ...{ authenticatedAt: row.authenticated_at, mfaAt: row.mfa_at, factors: row.factors },
    ...{ ended: row.end_reason, isSuperadmin: false },
  };
}

/** A token may know of a later proof than the row: the user has proved it to the identity provider since. */
function sessionOf(row: KnownSession, principal: Principal): Session {
  const { authTime, mfaTime, amr, issuer, connection } = principal;
  return {
    id: row.session_id,
    startedAt: row.started_at,
    lastActiveAt: row.last_active_at,
    authenticatedAt: later(row.authenticated_at, authTime),
    mfaAt: row.mfa_at ? later(row.mfa_at, mfaTime) : mfaTime,
    factors: [...new Set([...row.factors, ...amr])],
    ended: row.end_reason,
    isSuperadmin: row.platform_role === 'superadmin',
    signedInAt: { issuer, connection },
  };
}

const later = (stored: Date, told: Date | null): Date => (told && told > stored ? told : stored);
