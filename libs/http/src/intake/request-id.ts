import { redactText } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';

const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The id of a request: the caller's own when it is well formed and does not look like an address, a phone number or
 * a token (it goes into every log line and audit event), else a new UUIDv7.
 */
export function requestIdFrom(header: string | string[] | undefined): string {
  if (typeof header === 'string' && WELL_FORMED.test(header) && redactText(header) === header) return header;
  return uuidv7();
}
