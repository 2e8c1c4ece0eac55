import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@restartix/errors';
import type { Request } from 'express';

/** Reads the token of an exercise session. Throws DomainError token_invalid or token_expired. */
export abstract class SessionTokenVerifier {
  /** What the token says, told by its signature alone. */
  abstract verify(token: string): object;
}

const BEARER = /^Bearer (v1\.[\w-]+\.[\w-]+)$/i;

const claims = new WeakMap<Request, object>();

/** Lets in who carries the token of an exercise session. Nothing is looked up: the signature says it all. */
@Injectable()
export class SessionTokenGuard implements CanActivate {
  constructor(private readonly tokens: SessionTokenVerifier) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<Request>();
    const header = request.headers.authorization;
    if (!header) throw new DomainError('unauthenticated');
    const token = BEARER.exec(header)?.[1];
    if (!token) throw new DomainError('token_invalid');
    claims.set(request, this.tokens.verify(token));
    return true;
  }
}

/** Parameter of a handler behind {@link SessionTokenGuard}: what the token says. */
export const Claims = createParamDecorator((_: unknown, execution: ExecutionContext): object => {
  const found = claims.get(execution.switchToHttp().getRequest<Request>());
  if (!found) throw new DomainError('unauthenticated');
  return found;
});
