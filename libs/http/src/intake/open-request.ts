import { createContext, runInContext, type RequestContext } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import type { PlatformLogger } from '@restartix/logging';
import type { Request, RequestHandler, Response } from 'express';
import { routeOf } from '../routes/route-table';
import type { Drain } from '../server/drain';
import { clientAddressReader } from './client-address';
import { requestIdFrom } from './request-id';
import { apiHeaders } from './security-headers';

const MAX_USER_AGENT = 512;

/** Printable ASCII only: it is stored in records whose bytes are hashed. */
function userAgent(header: string | undefined): string | null {
  return header ? header.slice(0, MAX_USER_AGENT).replace(/[^\x20-\x7e]/g, '?') : null;
}

function writeAccessLine(
  logger: PlatformLogger,
  request: Request,
  response: Response,
  startedAt: number,
): void {
  const route = routeOf(request)?.path ?? 'unknown';
  const fields = {
    method: request.method,
    route,
    status: response.statusCode,
    ms: Math.round((performance.now() - startedAt) * 100) / 100,
    ...(response.writableFinished ? {} : { aborted: true }),
  };
  if (route.startsWith('/health')) logger.debug('request', fields);
  else logger.info('request', fields);
}

/**
 * The front door: gives the request its id and context, the answer its headers, and writes the access line when the
 * answer is out.
 */
export function openRequest(o: {
  logger: PlatformLogger;
  trustedProxies: readonly string[];
  drain: Drain;
}): RequestHandler {
  const headers = apiHeaders();
  const clientAddress = clientAddressReader(o.trustedProxies);
  return (request, response, next) => {
    const startedAt = performance.now();
    const context: RequestContext = createContext({
      requestId: requestIdFrom(request.headers['x-request-id']),
      clientAddress: clientAddress(request),
      userAgent: userAgent(request.headers['user-agent']),
    });
    response.setHeader('x-request-id', context.requestId);
    for (const [name, value] of headers) response.setHeader(name, value);
    response.once('close', () =>
      runInContext(context, () => writeAccessLine(o.logger, request, response, startedAt)),
    );
    if (!o.drain.isDraining) return runInContext(context, next);
    response.setHeader('Connection', 'close');
    runInContext(context, () => next(new DomainError('shutting_down', { headers: { 'Retry-After': '1' } })));
  };
}
