import { createHash, timingSafeEqual } from 'node:crypto';

/** Value of the Content-Digest field (RFC 9530) for these bytes: `sha-256=:<base64>:`. */
export function contentDigest(body: Buffer | string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** Whether a Content-Digest field is exactly the one SHA-256 digest of these bytes. */
export function matchesContentDigest(field: string, body: Buffer): boolean {
  const given = Buffer.from(field);
  const expected = Buffer.from(contentDigest(body));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
