import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { identify } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { readAccess } from '@restartix/http';
import type { Request } from 'express';
import { TokenVerifier, type Principal } from '../identity';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i;

const principals = new WeakMap<Request, Principal>();

/** The verified token of a request, for the guards that follow. */
export function principalOf(request: Request): Principal | undefined {
  return principals.get(request);
}

/** First guard: every route needs a valid token unless it declares itself public. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly tokens: TokenVerifier) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<Request>();
    if (readAccess(execution.getHandler(), execution.getClass())?.kind === 'public') {
      identify({ userId: null, role: 'anonymous', emailEnvelope: null, sessionId: null }, null);
      return true;
    }
    const header = request.headers.authorization;
    if (!header) throw new DomainError('unauthenticated');
    const token = BEARER.exec(header)?.[1];
    if (!token) throw new DomainError('token_invalid');
    principals.set(request, await this.tokens.verify(token));
    return true;
  }
}
