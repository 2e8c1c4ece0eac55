import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The key pair of a Clerk instance, as PEM (PKCS #8 and SPKI). */
export interface ClerkKeyPair {
  privateKey: string;
  publicKey: string;
}

export interface SessionTokenOptions {
  /** The user's id at Clerk: "user_…". */
  subject: string;
  /** "sess_…"; a new one when absent. */
  sessionId?: string;
  /** The active organization; without one the token has no `o` claim. */
  organization?: { id: string; slug: string; role: string };
  issuer: string;
  /** Origin of the page the token was issued to (`azp`). */
  authorizedParty?: string;
  expiresInSeconds: number;
  /** Claims put in last; undefined removes one. For tokens a verifier must refuse. */
  overrides?: Record<string, unknown>;
}

const MINUTES_SINCE_FIRST_FACTOR = 0;
const NO_SECOND_FACTOR = -1;
const RSA_BITS = 2048;

/** Stands in for Clerk: mints session tokens (version 2, RS256) that `@clerk/backend` verifies with the public key. */
export class ClerkLab {
  readonly publicKey: string;
  /** `kid` of its tokens. */
  readonly keyId: string;
  readonly #privateKey: KeyObject;

  /** A key pair of its own, unless one is given. */
  constructor(pair: ClerkKeyPair = ClerkLab.generateKeyPair()) {
    this.publicKey = pair.publicKey;
    this.#privateKey = createPrivateKey(pair.privateKey);
    const der = createPublicKey(pair.publicKey).export({ type: 'spki', format: 'der' });
    this.keyId = `ins_${createHash('sha256').update(der).digest('base64url').slice(0, 24)}`;
  }

  static generateKeyPair(): ClerkKeyPair {
    return generateKeyPairSync('rsa', {
      modulusLength: RSA_BITS,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
  }

  /** A signed session token. Source of the claims: Clerk's documentation of session tokens, version 2. */
  mintSessionToken(options: SessionTokenOptions): string {
    const header = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: this.keyId, typ: 'JWT' };
    const content = `${encode(header)}.${encode({ ...claimsOf(options), ...options.overrides })}`;
    const signature = sign('RSA-SHA256', Buffer.from(content), this.#privateKey).toString('base64url');
    return `${content}.${signature}`;
  }
}

function claimsOf(options: SessionTokenOptions): Record<string, unknown> {
  const { subject, sessionId, organization, issuer, authorizedParty, expiresInSeconds } = options;
  const now = Math.floor(Date.now() / 1000);
  return {
    ...(authorizedParty ? { azp: authorizedParty } : {}),
    exp: now + expiresInSeconds,
    fva: [MINUTES_SINCE_FIRST_FACTOR, NO_SECOND_FACTOR],
    iat: now,
    iss: issuer,
    jti: randomUUID().replaceAll('-', '').slice(0, 20),
    nbf: now - 10,
    ...(organization ? { o: { id: organization.id, slg: organization.slug, rol: organization.role } } : {}),
    sid: sessionId ?? `sess_${randomUUID().replaceAll('-', '')}`,
    sts: 'active',
    sub: subject,
    v: 2,
  };
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
