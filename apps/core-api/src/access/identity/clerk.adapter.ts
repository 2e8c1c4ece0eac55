import { Inject, Injectable } from '@nestjs/common';
import { verifyToken } from '@clerk/backend';
import { TokenVerificationErrorReason as Reason } from '@clerk/backend/errors';
import { Clock } from '@restartix/context';
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
  iat: number;
  sid?: string;
  sts?: string;
  act?: unknown;
  o?: { id?: string; rol?: string };
  /** Minutes since the first and the second factor were proved, when the token was made; -1: never. */
  fva?: [number, number];
  /** How, in the words of RFC 8176: a claim an instance may add to its tokens. */
  amr?: string[];
}

/** Clerk session tokens: verified without a network call when CLERK_JWT_KEY is configured. */
@Injectable()
export class ClerkTokenVerifier extends TokenVerifier {
  private readonly verified = new VerifiedTokens();

  constructor(
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
    private readonly clock: Clock,
  ) {
    super();
  }

  async verify(token: string): Promise<Principal> {
    if (token.length > TOKEN_LIMIT) throw new DomainError('token_invalid');
    const known = this.verified.recall(token);
    if (known) return known;
    const claims = await this.claimsOf(token);
    this.assertOurs(claims);
    const principal = principalOf(claims);
    this.verified.remember(token, principal, claims.exp);
    return principal;
  }

  /** What the package does not look at. */
  private assertOurs({ iss, sts, act, sid }: SessionClaims): void {
    if (iss !== this.config.CLERK_ISSUER) throw new DomainError('token_invalid');
    if (sts && sts !== 'active') throw refused('The session is not active.');
    if (act) throw refused('Tokens on behalf of another are not accepted.');
    if (!sid) throw refused('The token names no session.');
  }

  private async claimsOf(token: string): Promise<SessionClaims> {
    const { CLERK_JWT_KEY, CLERK_AUTHORIZED_PARTIES, CLERK_SECRET_KEY, CLERK_API_URL } = this.config;
    try {
      return (await verifyToken(token, {
        ...(CLERK_JWT_KEY
          ? { jwtKey: CLERK_JWT_KEY }
          : { secretKey: CLERK_SECRET_KEY.reveal(), apiUrl: CLERK_API_URL }),
        ...(CLERK_AUTHORIZED_PARTIES.length > 0 ? { authorizedParties: CLERK_AUTHORIZED_PARTIES } : {}),
        clockSkewInMs: CLOCK_SKEW_MS + this.aheadOfMachine(),
      })) as SessionClaims;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** The package asks the machine for the time; a lab's clock goes ahead of it. */
  private aheadOfMachine(): number {
    return Math.max(0, this.clock.now().getTime() - Date.now());
  }
}

const refused = (detail: string): DomainError => new DomainError('token_invalid', { detail });

function principalOf({ iss, sub, sid = '', o, iat, fva = [0, -1], amr = [] }: SessionClaims): Principal {
  const [first, second] = fva;
  return {
    issuer: iss,
    subject: sub,
    sessionId: sid,
    organizationRef: o?.id ?? null,
    roleRef: o?.rol ?? null,
    authTime: factorTime(iat, first),
    mfaTime: factorTime(iat, second),
    amr: second >= 0 ? [...new Set(['mfa', ...amr])] : [],
    securityLevel: null,
  };
}

/** When a factor was proved, of a token made at `issuedAt` (seconds since 1970); null for never. */
function factorTime(issuedAt: number, minutesBefore: number): Date | null {
  return minutesBefore < 0 ? null : new Date((issuedAt - minutesBefore * 60) * 1000);
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
