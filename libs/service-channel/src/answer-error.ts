import { ERROR_CODES, type ErrorCode, type Problem } from '@restartix/contracts';
import { DomainError, unavailable } from '@restartix/errors';

/**
 * The error a failed answer stands for. Only a code the other side may mean for the caller passes: an internal fault
 * there, or a signature it does not take, is no fault of whoever asked us, so it reads `telemetry_unavailable` with
 * the true code as its cause.
 */
export function answerError(status: number, answer: unknown): DomainError {
  const code = problemCode(answer);
  if (!code) return unavailable('telemetry_unavailable', new Error(`The channel answered ${status}`));
  const { errors } = answer as Problem;
  const error = new DomainError(code, { errors: Array.isArray(errors) ? errors : undefined });
  return passes(code) ? error : unavailable('telemetry_unavailable', error);
}

function problemCode(answer: unknown): ErrorCode | null {
  const code = (answer as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : null;
}

function passes(code: ErrorCode): boolean {
  if (code === 'analytics_unavailable' || code === 'geo_unavailable') return true;
  return ERROR_CODES[code].status < 500 && !code.startsWith('channel_');
}
