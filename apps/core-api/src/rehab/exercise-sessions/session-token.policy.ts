import { timingSafeEqual } from 'node:crypto';
import { keyedHash } from '@restartix/crypto';
import { CONSENT_LEVELS, type ConsentLevel } from '@restartix/contracts';

/** What a session token says. It is read from the signature alone: no store is asked. */
export interface SessionClaims {
  /** Our user id of the person who exercises. */
  userId: string;
  organizationId: number;
  sessionId: string;
  /** The person's consent when the token was made, and the policy it was given under. */
  consentLevel: ConsentLevel;
  policyVersion: string | null;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number;
}

const PREFIX = 'v1';

/** `v1.<claims as base64url JSON>.<HMAC-SHA-256>`. */
export function mintSessionToken(key: Buffer, claims: SessionClaims): string {
  const payload = Buffer.from(
    JSON.stringify({
      sub: claims.userId,
      org: claims.organizationId,
      sid: claims.sessionId,
      lvl: claims.consentLevel,
      pol: claims.policyVersion,
      iat: claims.issuedAt,
      exp: claims.expiresAt,
    }),
  ).toString('base64url');
  return `${PREFIX}.${payload}.${keyedHash(key, PREFIX, payload)}`;
}

/** The claims of a token that was made with this key, expired or not; null for any other text. */
export function readSessionToken(key: Buffer, token: string): SessionClaims | null {
  const [prefix, payload, signature, ...more] = token.split('.');
  if (prefix !== PREFIX || !payload || !signature || more.length > 0) return null;
  const expected = Buffer.from(keyedHash(key, PREFIX, payload));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return {
    userId: String(claims.sub),
    organizationId: Number(claims.org),
    sessionId: String(claims.sid),
    consentLevel: CONSENT_LEVELS.find((level) => level === claims.lvl) ?? 0,
    policyVersion: typeof claims.pol === 'string' ? claims.pol : null,
    issuedAt: Number(claims.iat),
    expiresAt: Number(claims.exp),
  };
}
