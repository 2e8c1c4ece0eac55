import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** A 32-byte key for one purpose, derived from a root key (HKDF-SHA-256). */
export function deriveKey(root: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), purpose, 32));
}

/**
 * HMAC-SHA-256 of parts under a key, base64url. Parts are joined with their lengths, so ('ab','c') and ('a','bc')
 * differ.
 */
export function keyedHash(key: Buffer, ...parts: string[]): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest('base64url');
}

/**
 * Equality index over an encrypted value: the same normalised text gives the same index in one organization and
 * column, and nothing comparable anywhere else. 128 bits.
 */
export function blindIndex(key: Buffer, organizationId: number, column: string, normalised: string): string {
  return keyedHash(key, String(organizationId), column, normalised).slice(0, 22);
}

/** Text with its HMAC, for values a client hands back to us (cursors): `<base64url payload>.<mac>`. */
export function signText(key: Buffer, text: string): string {
  const payload = Buffer.from(text).toString('base64url');
  return `${payload}.${keyedHash(key, payload).slice(0, 22)}`;
}

/** The text of {@link signText}, or null when it was not made with this key. */
export function verifyText(key: Buffer, signed: string): string | null {
  const dot = signed.lastIndexOf('.');
  const payload = signed.slice(0, dot);
  const expected = Buffer.from(keyedHash(key, payload).slice(0, 22));
  const given = Buffer.from(signed.slice(dot + 1));
  if (dot < 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return Buffer.from(payload, 'base64url').toString();
}
