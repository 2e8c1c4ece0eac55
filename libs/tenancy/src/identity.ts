import type { MemberRole } from '@restartix/contracts';

/** What a verified token says. Nothing here grants anything: roles are our own rows. */
export interface Principal {
  issuer: string;
  subject: string;
  sessionId: string | null;
  /** The active organization as the identity provider names it; null when none is active. */
  organizationRef: string | null;
}

/** Verifies access tokens. Throws DomainError token_expired, token_not_active, token_invalid or identity_unavailable. */
export abstract class TokenVerifier {
  abstract verify(token: string): Promise<Principal>;
}

/** The person behind a token, and what they are in the token's organization. */
export interface ResolvedIdentity {
  userId: string;
  emailEnvelope: string | null;
  superadmin: boolean;
  /** Null when the token names no organization, or one we do not know. */
  organizationId: number | null;
  /** Null when the person is no member of it. */
  role: MemberRole | null;
}

/** Turns a token into our ids; null for a subject we do not know. */
export abstract class IdentityResolver {
  abstract resolve(principal: Principal): Promise<ResolvedIdentity | null>;
}
