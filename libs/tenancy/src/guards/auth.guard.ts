import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { identify, requireContext } from '@restartix/context';
import { ERROR_CODES } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { readAccess } from '@restartix/http';
import type { Request } from 'express';
import { TokenVerifier, type Principal } from '../identity';
import { RateLimiter } from '../limits/rate-limiter';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i;

/** How every API key begins; no token does. */
const API_KEY = /^Bearer (rx_\w+)$/i;

const principals = new WeakMap<Request, Principal>();
const apiKeys = new WeakMap<Request, string>();

/** The verified token of a request, for the guards that follow. */
export function principalOf(request: Request): Principal | undefined {
  return principals.get(request);
}

/** The API key a request presents, for the guard that follows; nobody has looked at it yet. */
export function apiKeyOf(request: Request): string | undefined {
  return apiKeys.get(request);
}

/** First guard: every route needs a valid token, or a key, unless it declares itself public. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly tokens: TokenVerifier,
    private readonly limits: RateLimiter,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<Request>();
    if (readAccess(execution.getHandler(), execution.getClass())?.kind === 'public') {
      identify({ userId: null, role: 'anonymous', emailEnvelope: null, sessionId: null }, null);
      return true;
    }
    const apiKey = API_KEY.exec(request.headers.authorization ?? '')?.[1];
    if (apiKey) {
      apiKeys.set(request, apiKey);
      return true;
    }
    try {
      principals.set(request, await this.tokens.verify(tokenIn(request.headers.authorization)));
    } catch (error) {
      if (isRefusal(error)) await this.limits.refused(requireContext().clientAddress);
      throw error;
    }
    return true;
  }
}

function tokenIn(header: string | undefined): string {
  if (!header) throw new DomainError('unauthenticated');
  const token = BEARER.exec(header)?.[1];
  if (!token) throw new DomainError('token_invalid');
  return token;
}

/** The credential is at fault, and not what should have verified it. */
const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError && ERROR_CODES[error.code].status === 401;
