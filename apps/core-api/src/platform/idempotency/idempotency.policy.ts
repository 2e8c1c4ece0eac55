import { createHash } from 'node:crypto';
import { invalid } from '@restartix/errors';

/** How long an answer is kept. */
export const KEPT_MS = 24 * 3_600_000;

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The key of a header, quoted as the draft has it or bare; undefined without one. Throws validation_error. */
export function keyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header).trim();
  const key = /^"([^"]*)"$/.exec(text)?.[1] ?? text;
  if (!KEY.test(key))
    throw invalid([{ field: 'Idempotency-Key', reason: 'must be 1 to 255 visible characters' }]);
  return key;
}

/** What a request asks for: the same key may not be used for anything else. */
export const fingerprintOf = (method: string, address: string, body: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([method, address, body]))
    .digest('base64url');
