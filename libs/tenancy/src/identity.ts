import type { BreakGlassGrant, Impersonation } from '@restartix/context';
import type { MemberRole, SsoConnection } from '@restartix/contracts';
import type { Session } from './session';

/** What a verified token says. Nothing here grants anything: roles are our own rows. */
export interface Principal {
  issuer: string;
  subject: string;
  /** The session as the identity provider names it. */
  sessionId: string;
  /** The active organization as the identity provider names it; null when none is active. */
  organizationRef: string | null;
  /** The role the provider gives in it, as it spells it. Nothing reads it to decide: roles are our own rows. */
  roleRef: string | null;
  /** When the user proved a first factor; null when the token does not say. */
  authTime: Date | null;
  /** When the user proved a second factor; null when none was. */
  mfaTime: Date | null;
  /** How, in the words of RFC 8176; empty when the token does not say. */
  amr: readonly string[];
  /** The connection of the issuer its user signed in by; null when the token does not say. */
  connection: string | null;
  /** Level of assurance, such as HelseID's 3 and 4; null when the token does not say. */
  securityLevel: number | null;
  /**
   * Set for a token on behalf of another: ours names the impersonation it was made for, the provider's the actor's
   * subject. It counts only while there is such an impersonation.
   */
  delegation?: { impersonationId: string } | { actorSubject: string };
}

/** Verifies access tokens. Throws a DomainError of the token_* codes that says what is wrong, or identity_unavailable. */
export abstract class TokenVerifier {
  abstract verify(token: string): Promise<Principal>;
}

/** A record that is open to the session of a token by break-glass, and in whose organization. */
export interface OpenedRecord extends BreakGlassGrant {
  organizationId: number;
  /** The role it was opened in. */
  role: 'specialist' | 'superadmin';
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
  session: Session;
  /** Where the organization demands that this member signs in; absent is nothing. */
  sso?: SsoConnection;
  /** Who really acts; the session is theirs. */
  impersonation?: Impersonation;
  /** What is open to the session by break-glass, newest first; absent is nothing. */
  opened?: readonly OpenedRecord[];
}

/** Turns a token into our ids; null for a subject we do not know. Throws token_delegated without an impersonation. */
export abstract class IdentityResolver {
  abstract resolve(principal: Principal): Promise<ResolvedIdentity | null>;
}
