import type { Principal } from '@restartix/tenancy';

/** What a verified token says, and until when (seconds since 1970). */
export interface Verified {
  principal: Principal;
  expiresAt: number;
}

/**
 * One identity provider. `verify` throws DomainError: token_expired, token_not_active, token_signature_invalid,
 * token_audience_refused, token_session_pending, token_delegated, token_invalid; identity_unavailable when its keys
 * cannot be had.
 */
export interface IssuerPort {
  readonly issuer: string;
  verify(token: string): Promise<Verified>;
}
