import type { ErrorCode } from '@restartix/contracts';

/** So many right codes with a wrong date of birth, and the code is good for nobody. */
export const MOST_WRONG_ANSWERS = 5;

/** A claim as it is when somebody presents its code. */
export interface ClaimState {
  expires_at: Date;
  wrong_answers: number;
  replaced_at: Date | null;
  used_at: Date | null;
}

/**
 * Why a code is refused, to whom it is right; undefined when it is not. Whoever has shown a wrong date of birth too
 * often is told no more.
 */
export function refusalOf(claim: ClaimState, isDateRight: boolean, now: Date): ErrorCode | undefined {
  if (claim.wrong_answers >= MOST_WRONG_ANSWERS) return 'claim_locked';
  if (!isDateRight) return 'claim_invalid';
  if (claim.used_at) return 'claim_used';
  return claim.replaced_at || claim.expires_at <= now ? 'claim_expired' : undefined;
}
