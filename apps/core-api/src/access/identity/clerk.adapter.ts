import { verifyToken } from '@clerk/backend';
import { TokenVerificationErrorReason as Reason } from '@clerk/backend/errors';
import type { ErrorCode } from '@restartix/contracts';
import type { Clock } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import type { Principal } from '@restartix/tenancy';
import { decodeProtectedHeader, errors, exportSPKI } from 'jose';
import type { CoreConfig } from '../../core.config';
import type { IssuerPort, Verified } from './issuer.port';
import { ProviderKeys } from './provider-keys';

const CLOCK_SKEW_MS = 5_000;

const CODES: Readonly<Partial<Record<string, ErrorCode>>> = {
  [Reason.TokenExpired]: 'token_expired',
  [Reason.TokenNotActiveYet]: 'token_not_active',
  [Reason.TokenIatInTheFuture]: 'token_not_active',
  [Reason.TokenInvalidSignature]: 'token_signature_invalid',
  [Reason.TokenInvalidAlgorithm]: 'token_algorithm_refused',
  [Reason.TokenInvalidAuthorizedParties]: 'token_audience_refused',
};

/** What Clerk signs with; a token that says otherwise is refused by the package. */
const ALGORITHM = 'RS256';

/** The claims of a Clerk session token, version 2, that are ours to read. */
interface SessionClaims {
  iss: string;
  sub: string;
  exp: number;
  iat: number;
  sid?: string;
  sts?: string;
  /** Who acts on behalf of the subject, at the same issuer. */
  act?: { sub?: unknown };
  o?: { id?: string; rol?: string };
  /** Minutes since the first and the second factor were proved, when the token was made; -1: never. */
  fva?: [number, number];
  /** How, in the words of RFC 8176: a claim an instance may add to its tokens. */
  amr?: string[];
  /** By which enterprise connection its user signed in: a claim an instance may add, of what no user can write. */
  connection?: unknown;
}

type ClerkConfig = Pick<
  CoreConfig,
  'CLERK_ISSUER' | 'CLERK_JWT_KEY' | 'CLERK_SECRET_KEY' | 'CLERK_API_URL' | 'CLERK_AUTHORIZED_PARTIES'
>;

/**
 * Clerk session tokens: verified without a network call when CLERK_JWT_KEY is configured. Otherwise the keys are fetched
 * by us: the package would ask for them anew, and several times, with every token that names an unknown one.
 */
export class ClerkIssuer implements IssuerPort {
  readonly issuer: string;
  private readonly keys: ProviderKeys;

  constructor(
    private readonly config: ClerkConfig,
    private readonly clock: Clock,
  ) {
    this.issuer = config.CLERK_ISSUER;
    const { CLERK_API_URL, CLERK_SECRET_KEY } = config;
    const locate = () => new URL(`${CLERK_API_URL.replace(/\/$/, '')}/v1/jwks`);
    this.keys = new ProviderKeys(
      { locate, headers: { Authorization: `Bearer ${CLERK_SECRET_KEY?.reveal() ?? ''}` } },
      clock,
    );
  }

  async verify(token: string): Promise<Verified> {
    const claims = await this.claimsOf(token);
    const { sts, act, sid } = claims;
    if (sts && sts !== 'active') throw new DomainError('token_session_pending');
    if (act && typeof act.sub !== 'string') throw new DomainError('token_delegated');
    if (!sid) throw new DomainError('token_invalid', { detail: 'The token names no session.' });
    const principal = principalOf({ ...claims, sid });
    const delegation = act ? { delegation: { actorSubject: String(act.sub) } } : {};
    return { principal: { ...principal, ...delegation }, expiresAt: claims.exp };
  }

  private async claimsOf(token: string): Promise<SessionClaims> {
    const { CLERK_JWT_KEY, CLERK_AUTHORIZED_PARTIES } = this.config;
    try {
      return (await verifyToken(token, {
        jwtKey: CLERK_JWT_KEY || (await this.fetchedKey(token)),
        ...(CLERK_AUTHORIZED_PARTIES.length > 0 ? { authorizedParties: CLERK_AUTHORIZED_PARTIES } : {}),
        clockSkewInMs: CLOCK_SKEW_MS + this.aheadOfMachine(),
      })) as SessionClaims;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private async fetchedKey(token: string): Promise<string> {
    const { kid } = decodeProtectedHeader(token);
    return exportSPKI(await this.keys.find({ alg: ALGORITHM, kid }));
  }

  /** The package asks the machine for the time; a lab's clock goes ahead of it. */
  private aheadOfMachine(): number {
    return Math.max(0, this.clock.now().getTime() - Date.now());
  }
}

function principalOf(claims: SessionClaims & { sid: string }): Principal {
  const { iss, sub, sid, o, iat, fva = [0, -1], amr = [], connection } = claims;
  const [first, second] = fva;
  return {
    issuer: iss,
    subject: sub,
    sessionId: sid,
    organizationRef: o?.id ?? null,
    roleRef: o?.rol ?? null,
    authTime: factorTime(iat, first),
    mfaTime: factorTime(iat, second),
    connection: typeof connection === 'string' && connection !== '' ? connection : null,
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
  if (error instanceof DomainError) return error;
  if (error instanceof errors.JWKSNoMatchingKey)
    return new DomainError('token_signature_invalid', { cause: error });
  const { reason = '' } = error as { reason?: string };
  return new DomainError(CODES[reason] ?? 'token_invalid', { cause: error });
}
