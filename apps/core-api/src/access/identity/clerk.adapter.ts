import { Inject, Injectable } from '@nestjs/common';
import { verifyToken } from '@clerk/backend';
import { TokenVerificationErrorReason as Reason } from '@clerk/backend/errors';
import { DomainError, unavailable } from '@restartix/errors';
import { TokenVerifier, type Principal } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { VerifiedTokens } from './verified-tokens';

/** Longest token that is looked at; Clerk's own are far shorter. */
const TOKEN_LIMIT = 8_192;
const CLOCK_SKEW_MS = 5_000;

const AWAY: readonly string[] = [
  Reason.RemoteJWKFailedToLoad,
  Reason.RemoteJWKInvalid,
  Reason.JWKFailedToResolve,
];

/** What fetch of Node says when nobody answers; the package hands it through. */
const FETCH_FAILED = 'fetch failed';

/** The claims of a Clerk session token, version 2, that are ours to read. */
interface SessionClaims {
  iss: string;
  sub: string;
  exp: number;
  sid?: string;
  sts?: string;
  act?: unknown;
  o?: { id?: string };
}

/** Clerk session tokens: verified without a network call when CLERK_JWT_KEY is configured. */
@Injectable()
export class ClerkTokenVerifier extends TokenVerifier {
  private readonly verified = new VerifiedTokens();

  constructor(@Inject(CORE_CONFIG) private readonly config: CoreConfig) {
    super();
  }

  async verify(token: string): Promise<Principal> {
    if (token.length > TOKEN_LIMIT) throw new DomainError('token_invalid');
    const known = this.verified.recall(token);
    if (known) return known;
    const claims = await this.claimsOf(token);
    const principal = this.principalOf(claims);
    this.verified.remember(token, principal, claims.exp);
    return principal;
  }

  private principalOf(claims: SessionClaims): Principal {
    if (claims.iss !== this.config.CLERK_ISSUER) throw new DomainError('token_invalid');
    if (claims.sts && claims.sts !== 'active')
      throw new DomainError('token_invalid', { detail: 'The session is not active.' });
    if (claims.act)
      throw new DomainError('token_invalid', { detail: 'Tokens on behalf of another are not accepted.' });
    return {
      issuer: claims.iss,
      subject: claims.sub,
      sessionId: claims.sid ?? null,
      organizationRef: claims.o?.id ?? null,
    };
  }

  private async claimsOf(token: string): Promise<SessionClaims> {
    const { CLERK_JWT_KEY, CLERK_AUTHORIZED_PARTIES, CLERK_SECRET_KEY, CLERK_API_URL } = this.config;
    try {
      return (await verifyToken(token, {
        ...(CLERK_JWT_KEY
          ? { jwtKey: CLERK_JWT_KEY }
          : { secretKey: CLERK_SECRET_KEY.reveal(), apiUrl: CLERK_API_URL }),
        ...(CLERK_AUTHORIZED_PARTIES.length > 0 ? { authorizedParties: CLERK_AUTHORIZED_PARTIES } : {}),
        clockSkewInMs: CLOCK_SKEW_MS,
      })) as SessionClaims;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

/** The package carries its error class twice, so an error is known by its reason and not by its class. */
function refusalOf(error: unknown): DomainError {
  const { reason, message } = error as { reason?: string; message?: string };
  if (reason === Reason.TokenExpired) return new DomainError('token_expired');
  if (reason === Reason.TokenNotActiveYet || reason === Reason.TokenIatInTheFuture) {
    return new DomainError('token_not_active');
  }
  if (message === FETCH_FAILED || (reason && AWAY.includes(reason)))
    return unavailable('identity_unavailable', error);
  return new DomainError('token_invalid', { cause: error });
}
