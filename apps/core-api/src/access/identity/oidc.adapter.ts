import type { OidcIssuer } from '@restartix/config';
import type { Clock } from '@restartix/context';
import type { ErrorCode } from '@restartix/contracts';
import { DomainError, unavailable } from '@restartix/errors';
import type { Principal } from '@restartix/tenancy';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { IssuerPort, Verified } from './issuer.port';
import { askProvider, ProviderKeys } from './provider-keys';
import { ACCEPTED_ALGORITHMS } from './token-head.policy';

const CLOCK_SKEW_SECONDS = 5;
const REQUIRED_CLAIMS = ['sub', 'exp', 'iat'];

/** Words of RFC 8176 that say that more than a password was proved. */
const SECOND_FACTORS = ['mfa', 'otp', 'sms', 'hwk', 'swk', 'fpt', 'face', 'iris', 'vbm'];

const SECURITY_LEVEL = 'helseid://claims/identity/security_level';

/**
 * Access tokens (JWT, RFC 9068) of any OpenID Connect provider, Auth0 among them: its keys are found by discovery and
 * kept for ten minutes. While they cannot be had, nobody is let in.
 */
export class OidcIssuerAdapter implements IssuerPort {
  readonly issuer: string;
  private readonly keys: ProviderKeys;

  constructor(
    private readonly provider: OidcIssuer,
    private readonly clock: Clock,
  ) {
    this.issuer = provider.issuer;
    this.keys = new ProviderKeys({ locate: () => this.discover() }, clock);
  }

  async verify(token: string): Promise<Verified> {
    let claims: JWTPayload;
    try {
      ({ payload: claims } = await jwtVerify(token, (header) => this.keys.find(header), {
        issuer: this.issuer,
        audience: this.provider.audience,
        algorithms: ACCEPTED_ALGORITHMS,
        requiredClaims: REQUIRED_CLAIMS,
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: this.clock.now(),
      }));
    } catch (error) {
      throw refusalOf(error);
    }
    if (claims.act) throw new DomainError('token_delegated');
    return { principal: this.principalOf(claims), expiresAt: claims.exp ?? 0 };
  }

  /** Where the provider says its keys are. */
  private async discover(): Promise<URL> {
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const { issuer, jwks_uri } = (await askProvider(url)) as { issuer?: string; jwks_uri?: string };
    if (issuer !== this.issuer || !jwks_uri) throw new Error('Discovery describes another issuer');
    return new URL(jwks_uri);
  }

  private principalOf(claims: JWTPayload): Principal {
    const {
      sessionClaim = 'sid',
      organizationClaim = 'org_id',
      connectionClaim = 'connection',
    } = this.provider;
    const authTime = dateOf(claims.auth_time);
    const amr = Array.isArray(claims.amr) ? claims.amr.map(String) : [];
    const hasSecondFactor = amr.some((word) => SECOND_FACTORS.includes(word));
    return {
      issuer: this.issuer,
      subject: claims.sub ?? '',
      sessionId: sessionOf(claims, sessionClaim),
      organizationRef: textOf(claims[organizationClaim]),
      roleRef: null,
      authTime: authTime ?? dateOf(claims.iat),
      mfaTime: hasSecondFactor ? (authTime ?? dateOf(claims.iat)) : null,
      amr,
      connection: textOf(claims[connectionClaim]),
      securityLevel: Number(claims[SECURITY_LEVEL]) || null,
    };
  }
}

/** Providers that name no session have one per sign-in: the same user at the same moment. */
function sessionOf(claims: JWTPayload, claim: string): string {
  const named = textOf(claims[claim]);
  if (named !== null) return named;
  if (typeof claims.auth_time === 'number') return `${claims.sub}@${claims.auth_time}`;
  throw new DomainError('token_invalid', { detail: 'The token names no session.' });
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const dateOf = (seconds: unknown): Date | null =>
  typeof seconds === 'number' ? new Date(seconds * 1000) : null;

/** What of a token was not as it should be. */
const BY_CLAIM: Readonly<Record<string, ErrorCode>> = {
  nbf: 'token_not_active',
  iat: 'token_not_active',
  aud: 'token_audience_refused',
  iss: 'token_issuer_unknown',
};

const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  ERR_JWT_EXPIRED: 'token_expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'token_signature_invalid',
  ERR_JWKS_NO_MATCHING_KEY: 'token_signature_invalid',
  ERR_JOSE_ALG_NOT_ALLOWED: 'token_algorithm_refused',
  ERR_JWS_INVALID: 'token_invalid',
  ERR_JWT_INVALID: 'token_invalid',
};

/** Whatever is not the token's fault is the provider's: its keys did not come. */
function refusalOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof errors.JWTClaimValidationFailed)
    return new DomainError(BY_CLAIM[error.claim] ?? 'token_invalid', { cause: error });
  const code = error instanceof errors.JOSEError ? BY_CODE[error.code] : undefined;
  return code ? new DomainError(code, { cause: error }) : unavailable('identity_unavailable', error);
}
