import { ERROR_CODES, type Problem } from '@restartix/contracts';
import { DomainError } from './domain-error';

/** Media type of every error answer. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The RFC 9457 document for an error. Anything that is not a DomainError becomes a bare internal_error. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known = error instanceof DomainError ? error : new DomainError('internal_error', { cause: error });
  const { status, title } = ERROR_CODES[known.code];
  return {
    type: `urn:restartix:error:${known.code}`,
    title,
    status,
    code: known.code,
    ...(known.detail ? { detail: known.detail } : {}),
    ...(requestId ? { request_id: requestId } : {}),
    ...(known.errors?.length ? { errors: known.errors } : {}),
    ...(known.alternatives ? { alternatives: known.alternatives } : {}),
  };
}
