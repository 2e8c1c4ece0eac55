import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** A value whose canonical bytes would be ambiguous or would not survive a store. */
export class CanonicalError extends Error {
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`${path || 'value'} ${reason}`);
    this.name = 'CanonicalError';
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checkText(text: string, path: string): void {
  if (text.includes('\u0000')) throw new CanonicalError(path, 'holds a NUL character');
  if (LONE_SURROGATE.test(text)) throw new CanonicalError(path, 'holds half a Unicode character');
}

function check(value: unknown, path: string, depth: number): void {
  if (depth > 32) throw new CanonicalError(path, 'is nested too deeply');
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') return checkText(value, path);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new CanonicalError(path, 'must be an integer below 2^53');
    return;
  }
  if (Array.isArray(value)) return value.forEach((item, index) => check(item, `${path}[${index}]`, depth + 1));
  if (typeof value !== 'object') throw new CanonicalError(path, 'is not JSON');
  for (const [name, item] of Object.entries(value)) {
    checkText(name, path);
    check(item, path ? `${path}.${name}` : name, depth + 1);
  }
}

/**
 * RFC 8785 canonical JSON, restricted to what every store keeps exactly: integers below 2^53, no floats, whole
 * Unicode text without NUL. Throws CanonicalError naming the path otherwise.
 */
export function canonicalJson(value: unknown): string {
  check(value, '', 0);
  return canonicalize(value) as string;
}

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ bytes). */
export function leafHash(canonical: string): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(canonical).digest();
}
