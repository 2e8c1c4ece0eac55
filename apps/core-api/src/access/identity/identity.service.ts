import { Injectable } from '@nestjs/common';
import { DomainError } from '@restartix/errors';
import { IdentityResolver, type Principal, type ResolvedIdentity, type Session } from '@restartix/tenancy';
import { SessionsService } from '../sessions/sessions.service';
import { IdentityRepository, type KnownSession, type IdentityRow } from './identity.repository';

/** Tokens → our ids, and the session they belong to, which begins with the first request that shows it. */
@Injectable()
export class IdentityService extends IdentityResolver {
  constructor(
    private readonly repository: IdentityRepository,
    private readonly sessions: SessionsService,
  ) {
    super();
  }

  async resolve(principal: Principal): Promise<ResolvedIdentity | null> {
    const known = await this.repository.find(principal);
    if (!known) return null;
    if (known.session_id !== null) return identityOf(known, principal);
    await this.sessions.begin(principal, personOf(known));
    const begun = await this.repository.find(principal);
    // Another user's session under this id: the provider contradicts itself.
    if (!begun || begun.session_id === null) throw new DomainError('token_invalid');
    return identityOf(begun, principal);
  }
}

function identityOf(row: KnownSession, principal: Principal): ResolvedIdentity {
  return { ...personOf(row), session: sessionOf(row, principal) };
}

function personOf(row: IdentityRow): Omit<ResolvedIdentity, 'session'> {
  return {
    userId: row.user_id,
    emailEnvelope: row.email,
    superadmin: row.platform_role === 'superadmin',
    organizationId: row.organization_id,
    role: row.role,
  };
}

/** A token may know of a later proof than the row: the user has proved it to the identity provider since. */
function sessionOf(row: KnownSession, { authTime, mfaTime, amr }: Principal): Session {
  return {
    id: row.session_id,
    startedAt: row.started_at,
    lastActiveAt: row.last_active_at,
    authenticatedAt: later(row.authenticated_at, authTime),
    mfaAt: row.mfa_at ? later(row.mfa_at, mfaTime) : mfaTime,
    factors: [...new Set([...row.factors, ...amr])],
    ended: row.end_reason,
    isSuperadmin: row.platform_role === 'superadmin',
  };
}

const later = (stored: Date, told: Date | null): Date => (told && told > stored ? told : stored);
