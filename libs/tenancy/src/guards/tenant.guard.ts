import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { identify, requireContext, type Actor } from '@restartix/context';
import type { Role } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { rateClassOf } from '@restartix/http';
import type { Request, Response } from 'express';
import { IdentityResolver, type OpenedRecord, type Principal, type ResolvedIdentity } from '../identity';
import { RateLimiter } from '../limits/rate-limiter';
import { holdSession, isSignedInAt } from '../session';
import { ApiKeyGate } from './api-key.gate';
import { apiKeyOf, principalOf } from './auth.guard';

/**
 * Second guard: who the token's subject is here, and in which organization. The token names it, nothing else may. The
 * request is counted against its limits meanwhile, so that counting costs no time. A key is its organization's.
 */
@Injectable()
export class TenantGuard implements CanActivate {
  constructor(
    private readonly identities: IdentityResolver,
    private readonly limits: RateLimiter,
    private readonly apiKeys: ApiKeyGate,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<Request>();
    const apiKey = apiKeyOf(request);
    if (apiKey) {
      const rateClass = rateClassOf(execution.getHandler(), execution.getClass());
      answerWith(execution, await this.apiKeys.admit(apiKey, rateClass));
      return true;
    }
    const principal = principalOf(request);
    const counted = this.count(execution, principal);
    if (!principal) {
      await counted;
      return true;
    }
    const [identity] = await Promise.all([this.identities.resolve(principal), counted]);
    if (!identity) throw new DomainError('not_a_member', { detail: 'This account is not known here.' });
    holdSession(identity.session);
    enter(identity, principal.organizationRef !== null);
    return true;
  }

  private async count(execution: ExecutionContext, principal: Principal | undefined): Promise<void> {
    const headers = await this.limits.admit(rateClassOf(execution.getHandler(), execution.getClass()), {
      user: principal ? `${principal.issuer} ${principal.subject}` : null,
      organization: principal?.organizationRef ?? null,
      address: requireContext().clientAddress,
    });
    answerWith(execution, headers);
  }
}

/**
 * Says who calls and for which organization. Throws not_a_member where the token names one that is not theirs, and
 * sso_required where theirs demands another sign-in: that refusal is of its log.
 */
function enter(identity: ResolvedIdentity, namesOrganization: boolean): void {
  const actor = actorOf(identity);
  if (namesOrganization && identity.role === null && !identity.superadmin) {
    identify(actor, null);
    throw new DomainError('not_a_member');
  }
  const opened = openedTo(actor.role, identity);
  const active = identity.role === null ? (opened[0]?.organizationId ?? null) : identity.organizationId;
  identify(opened.length > 0 ? { ...actor, breakGlass: opened } : actor, active);
  if (identity.sso && !isSignedInAt(identity.session, identity.sso)) throw new DomainError('sso_required');
}

function answerWith(execution: ExecutionContext, headers: Record<string, string>): void {
  const response = execution.switchToHttp().getResponse<Response>();
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** A superadmin who is a member of the active organization acts as that member. */
function actorOf(identity: ResolvedIdentity): Actor {
  const { userId, emailEnvelope, superadmin, session, impersonation } = identity;
  const role = identity.role ?? (superadmin ? 'superadmin' : 'anonymous');
  const actor: Actor = { userId, emailEnvelope, role, sessionId: session.id };
  if (!impersonation) return actor;
  const details = { impersonation_id: impersonation.id, impersonated_user_id: userId };
  return { ...actor, impersonation, details };
}

/**
 * What is open to the caller by break-glass: of the active organization, or, to a superadmin, of the one they last
 * opened something of. That one is then active: the caller's own row names it, not the request.
 */
function openedTo(role: Role, { opened = [], organizationId }: ResolvedIdentity): readonly OpenedRecord[] {
  const own = opened.filter((record) => record.role === role);
  const active = role === 'superadmin' ? own[0]?.organizationId : organizationId;
  return own.filter((record) => record.organizationId === active);
}
