import { Inject, Injectable } from '@nestjs/common';
import type { SessionToken } from '@restartix/contracts';
import { deriveKey } from '@restartix/crypto';
import { DomainError } from '@restartix/errors';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { mintSessionToken, readSessionToken, type SessionClaims } from './session-token.policy';

export type { SessionClaims } from './session-token.policy';

/** Half an hour: an app asks for another token of the same session when it runs out. */
const LIFETIME_SECONDS = 30 * 60;

/** Tokens for the doors that are knocked at every second: made once, then verified by their signature alone. */
@Injectable()
export class SessionTokensService {
  private readonly key: Buffer;

  constructor(@Inject(CORE_CONFIG) config: CoreConfig) {
    this.key = deriveKey(config.BLIND_INDEX_KEY.reveal(), 'exercise session token');
  }

  /** A token for a session of this person. */
  mint(claims: Omit<SessionClaims, 'issuedAt' | 'expiresAt'>, now = Date.now()): SessionToken {
    const issuedAt = Math.floor(now / 1000);
    const expiresAt = issuedAt + LIFETIME_SECONDS;
    return {
      token: mintSessionToken(this.key, { ...claims, issuedAt, expiresAt }),
      expires_at: new Date(expiresAt * 1000).toISOString(),
    };
  }

  /** What a token says. Throws token_invalid or token_expired. */
  verify(token: string, now = Date.now()): SessionClaims {
    const claims = readSessionToken(this.key, token);
    if (!claims) throw new DomainError('token_invalid');
    if (claims.expiresAt * 1000 <= now) throw new DomainError('token_expired');
    return claims;
  }
}
