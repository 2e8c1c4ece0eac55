import type { Role } from '@restartix/contracts';
import type { Session } from '@restartix/tenancy';

/** How long sessions may last, in milliseconds. */
export interface SessionRules {
  idle: number;
  patient: number;
  specialist: number;
  admin: number;
  reauth: number;
}

export type SessionRefusal = 'session_revoked' | 'session_idle' | 'session_expired' | 'reauth_required';

/** What is asked of a session by one request. */
export interface SessionUse {
  role: Role;
  /** The route leads to health data. */
  isHealthData: boolean;
  now: Date;
}

const OVER: Readonly<Record<NonNullable<Session['ended']>, SessionRefusal>> = {
  signed_out: 'session_revoked',
  revoked: 'session_revoked',
  limit: 'session_revoked',
  provider: 'session_revoked',
  idle: 'session_idle',
  expired: 'session_expired',
};

/**
 * Why a session may not be used, or null (requirements D134–D138). A term that is reached is over, to the millisecond.
 * The assistant follows the rule of the specialist; compliance and superadmins that of the org_admin; who has no
 * active organization reaches only what is about oneself, and follows the rule of the patient.
 */
export function refusalOf(session: Session, use: SessionUse, rules: SessionRules): SessionRefusal | null {
  if (session.ended) return OVER[session.ended];
  if (hasExpired(session, use, rules)) return 'session_expired';
  if (since(session.lastActiveAt, use.now) >= rules.idle) return 'session_idle';
  const mustBeFresh = use.isHealthData && isCarer(use.role);
  return mustBeFresh && since(session.authenticatedAt, use.now) >= rules.reauth ? 'reauth_required' : null;
}

/** A patient's day begins anew with every use; the term of everybody else is counted from the sign-in. */
function hasExpired(session: Session, { role, now }: SessionUse, rules: SessionRules): boolean {
  const age = since(session.startedAt, now);
  if (session.isSuperadmin) return age >= rules.admin;
  if (isCarer(role)) return age >= rules.specialist;
  if (role === 'patient' || role === 'anonymous') return since(session.lastActiveAt, now) >= rules.patient;
  return age >= rules.admin;
}

const isCarer = (role: Role): boolean => role === 'specialist' || role === 'assistant';
const since = (then: Date, now: Date): number => now.getTime() - then.getTime();
