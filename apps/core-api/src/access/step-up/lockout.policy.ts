/** Wrong answers of one account since its last right one. */
export interface Attempts {
  failures: number;
  locked_until: Date | null;
}

/** This many mistakes are free; from then on each one doubles the wait. */
const FREE = 3;
const LOCK_AT = 10;
const LOCK_MS = 3_600_000;

/** Milliseconds until the account may try again. */
export const waitOf = ({ locked_until }: Attempts, now: Date): number =>
  Math.max(0, (locked_until?.getTime() ?? 0) - now.getTime());

/** After one more mistake. The tenth locks the account for an hour, and so does each one after it. */
export function afterFailure({ failures }: Attempts, now: Date): Attempts & { isLockOut: boolean } {
  const count = failures + 1;
  const isLockOut = count >= LOCK_AT;
  const wait = isLockOut ? LOCK_MS : count < FREE ? 0 : 1000 * 2 ** (count - FREE);
  return {
    failures: count,
    locked_until: wait > 0 ? new Date(now.getTime() + wait) : null,
    isLockOut,
  };
}
