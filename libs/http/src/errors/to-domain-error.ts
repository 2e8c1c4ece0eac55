import { HttpException } from '@nestjs/common';
import type { ErrorCode } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';

/** `type` of the errors body-parser and raw-body raise. */
const BODY_ERRORS: Readonly<Record<string, ErrorCode>> = {
  'entity.too.large': 'payload_too_large',
  'entity.parse.failed': 'malformed_json',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
  'request.aborted': 'bad_request',
  'request.size.invalid': 'bad_request',
};

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  431: 'headers_too_large',
};

interface Raised {
  type?: unknown;
  status?: unknown;
  statusCode?: unknown;
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof URIError) return 'bad_request';
  if (error instanceof HttpException) return STATUS_CODES[error.getStatus()] ?? 'internal_error';
  if (typeof error !== 'object' || error === null) return 'internal_error';
  const { type, status, statusCode } = error as Raised;
  if (typeof type === 'string' && BODY_ERRORS[type]) return BODY_ERRORS[type];
  return STATUS_CODES[Number(status ?? statusCode)] ?? 'internal_error';
}

/**
 * Whatever was thrown, in our words. Errors of the framework and its body reader become their code; their messages
 * stay behind as the cause. Everything unknown is `internal_error`.
 */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof HttpException && error.cause !== undefined) {
    const inner = codeOf(error.cause);
    if (inner !== 'internal_error') return new DomainError(inner, { cause: error.cause });
  }
  return new DomainError(codeOf(error), { cause: error });
}
