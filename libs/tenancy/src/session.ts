import { currentContext, requireContext } from '@restartix/context';
import type { SsoConnection } from '@restartix/contracts';
import type { AccessDeclaration } from '@restartix/http';

/** Why a session is over. `limit`: its user signed in too often elsewhere; `provider`: the identity provider said so. */
export type SessionEnd = 'signed_out' | 'revoked' | 'limit' | 'idle' | 'expired' | 'provider';

/** What is known of the session a request came with. */
export interface Session {
  /** Ours, UUIDv7; proofs and revocations name it. */
  id: string;
  /** When its user signed in: what its longest life is counted from. */
  startedAt: Date;
  lastActiveAt: Date;
  /** When its user last proved to be there: at the identity provider, or by a step-up of our own. */
  authenticatedAt: Date;
  /** When a second factor was last proved; null when none was. */
  mfaAt: Date | null;
  /** How the user proved it, in the words of RFC 8176: pwd, otp, sms, hwk, user, mfa… */
  factors: readonly string[];
  ended: SessionEnd | null;
  /** Its user is a superadmin, whatever the role in the active organization. */
  isSuperadmin: boolean;
  /** Where its user signed in; absent while somebody else sees as them. */
  signedInAt?: SsoConnection;
}

/** Whether a session was signed in where it has to be: a demand without a connection is met by any of the issuer. */
export function isSignedInAt({ signedInAt }: Session, { issuer, connection }: SsoConnection): boolean {
  if (signedInAt?.issuer !== issuer) return false;
  return !connection || signedInAt.connection === connection;
}

/**
 * Decides whether a session may still be used, for this route. Throws DomainError session_revoked, session_idle,
 * session_expired or reauth_required.
 */
export abstract class SessionPolicy {
  abstract admit(session: Session, access: AccessDeclaration | undefined): Promise<void>;
}

const SESSION = Symbol('session of the request');

/** The session of the request in hand; null on public routes and for work that nobody signed in for. */
export function currentSession(): Session | null {
  return (currentContext()?.slots.get(SESSION) as Session | undefined) ?? null;
}

/** Keeps the session for the guards and use cases that follow. */
export function holdSession(session: Session): void {
  requireContext().slots.set(SESSION, session);
}
