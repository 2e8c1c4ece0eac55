import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { invalid } from '@restartix/errors';
import type { Request } from 'express';

/** The entity tag of a version of a thing (RFC 9110, 8.8.3). */
export const entityTag = (version: number): string => `"${version}"`;

/** The version an If-Match header asks for; null when it is absent or `*`. Throws validation_error. */
export function versionOf(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  const version = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (!version)
    throw invalid([{ field: 'If-Match', reason: 'must be one entity tag as this API gave it, such as "3"' }]);
  return Number(version);
}

/** Parameter of a handler: see {@link versionOf}. */
export const IfMatch = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  versionOf(execution.switchToHttp().getRequest<Request>().headers['if-match']),
);
