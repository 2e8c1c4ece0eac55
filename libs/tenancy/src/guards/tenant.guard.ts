import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { identify, requireContext, type Actor } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { rateClassOf } from '@restartix/http';
import type { Request, Response } from 'express';
import { IdentityResolver, type Principal, type ResolvedIdentity } from '../identity';
import { RateLimiter } from '../limits/rate-limiter';
import { holdSession } from '../session';
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
    const member = principal.organizationRef === null || identity.role !== null;
    if (!member && !identity.superadmin) {
      identify(actorOf(identity), null);
      throw new DomainError('not_a_member');
    }
    identify(actorOf(identity), identity.role === null ? null : identity.organizationId);
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

function answerWith(execution: ExecutionContext, headers: Record<string, string>): void {
  const response = execution.switchToHttp().getResponse<Response>();
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** A superadmin who is a member of the active organization acts as that member. */
function actorOf(identity: ResolvedIdentity): Actor {
  const { userId, emailEnvelope, superadmin, session } = identity;
  const role = identity.role ?? (superadmin ? 'superadmin' : 'anonymous');
  return { userId, emailEnvelope, role, sessionId: session.id };
}
