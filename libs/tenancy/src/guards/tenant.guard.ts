import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { identify, type Actor } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import type { Request } from 'express';
import { IdentityResolver, type Principal, type ResolvedIdentity } from '../identity';
import { principalOf } from './auth.guard';

/** Second guard: who the token's subject is here, and in which organization. The token names it, nothing else may. */
@Injectable()
export class TenantGuard implements CanActivate {
  constructor(private readonly identities: IdentityResolver) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const principal = principalOf(execution.switchToHttp().getRequest<Request>());
    if (!principal) return true;
    const identity = await this.identities.resolve(principal);
    if (!identity) throw new DomainError('not_a_member', { detail: 'This account is not known here.' });
    const member = principal.organizationRef === null || identity.role !== null;
    if (!member && !identity.superadmin) {
      identify(actorOf(identity, principal), null);
      throw new DomainError('not_a_member');
    }
    identify(actorOf(identity, principal), identity.role === null ? null : identity.organizationId);
    return true;
  }
}

/** A superadmin who is a member of the active organization acts as that member. */
function actorOf(identity: ResolvedIdentity, principal: Principal): Actor {
  const { userId, emailEnvelope, superadmin } = identity;
  const role = identity.role ?? (superadmin ? 'superadmin' : 'anonymous');
  return { userId, emailEnvelope, role, sessionId: principal.sessionId };
}
