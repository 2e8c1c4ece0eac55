import { SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import { routeOf } from '../routes/route-table';

export const BINARY_MEDIA_TYPE = 'application/octet-stream';

const BINARY = 'restartix:binary-body';

/** The route also takes `application/octet-stream`: the handler finds the inflated bytes in `request.rawBody`. */
export const AcceptsBinary = (): MethodDecorator => SetMetadata(BINARY, true);

/** Whether a request carries bytes to a route that takes them. */
export function isBinary(request: Request): boolean {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== BINARY_MEDIA_TYPE) return false;
  const route = routeOf(request);
  return route !== undefined && Reflect.getMetadata(BINARY, route.handler) === true;
}
