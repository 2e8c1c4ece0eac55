import type {
  BreakGlassPurpose,
  BreakGlassReviewState,
  BreakGlassState,
  BreakGlassVerdict,
} from '@restartix/contracts';

export type OpenerRole = 'specialist' | 'superadmin';

/** A row of `break_glass_sessions`, with its reviews as far as the caller may see them. */
export interface BreakGlassRow {
  organization_id: number;
  id: string;
  user_id: string;
  role: OpenerRole;
  session_id: string;
  patient_id: string;
  purpose: BreakGlassPurpose;
  /** Envelope. */
  reason: string;
  opened_at: Date;
  expires_at: Date;
  closed_at: Date | null;
  reviews: ReviewRow[];
}

export interface ReviewRow {
  id: string;
  reviewed_by: string;
  verdict: BreakGlassVerdict;
  /** Envelope. */
  note: string;
  reviewed_at: Date;
}

/** Two people look at each within a day (restartix.md 2.1). */
export const REVIEWERS = 2;
export const REVIEW_MS = 24 * 3_600_000;

const PURPOSES: Readonly<Record<OpenerRole, readonly BreakGlassPurpose[]>> = {
  specialist: ['emergency'],
  superadmin: ['support_ticket', 'security_incident', 'data_subject_request'],
};

/** Whether this role may open a record for that: staff to treat, platform staff for everything but that. */
export const isPurposeOf = (role: OpenerRole, purpose: BreakGlassPurpose): boolean =>
  PURPOSES[role].includes(purpose);

/** A term that is reached is over, to the millisecond. */
export function breakGlassStateAt(
  { closed_at, expires_at }: Pick<BreakGlassRow, 'closed_at' | 'expires_at'>,
  now: Date,
): BreakGlassState {
  if (closed_at) return 'closed';
  return expires_at <= now ? 'expired' : 'open';
}

export const reviewDueAt = ({ opened_at }: Pick<BreakGlassRow, 'opened_at'>): Date =>
  new Date(opened_at.getTime() + REVIEW_MS);

export function reviewStateAt(
  row: Pick<BreakGlassRow, 'opened_at'>,
  reviews: number,
  now: Date,
): BreakGlassReviewState {
  if (reviews >= REVIEWERS) return 'reviewed';
  return reviewDueAt(row) <= now ? 'overdue' : 'due';
}
