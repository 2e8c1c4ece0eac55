/** Wrong keys are counted together when they come within this time, and locked out for as long. */
export const LOCK_MS = 3_600_000;

/** What counts wrong keys: a network, or the key they begin like. */
export interface Attempts {
  failures: number;
  last_failed_at: Date;
}

/** Until when a key may not be presented: from its network, or from anywhere. */
export interface Locks {
  network_locked_until: Date | null;
  key_locked_until: Date | null;
}

/** After one more wrong key. */
export function afterWrongKey(
  before: Attempts | undefined,
  now: Date,
  most: number,
): Attempts & { locked_until: Date | null } {
  const isFresh = before !== undefined && now.getTime() - before.last_failed_at.getTime() < LOCK_MS;
  const failures = isFresh ? before.failures + 1 : 1;
  const locked_until = failures >= most ? new Date(now.getTime() + LOCK_MS) : null;
  return { failures, last_failed_at: now, locked_until };
}

/**
 * Milliseconds until a key may be presented again. A right key that was last used from the network it comes from now is
 * never locked out: whoever knows how a key begins could stop a clinic's system otherwise.
 */
export function waitOf(rows: readonly Locks[], { now, isAtHome }: { now: Date; isAtHome: boolean }): number {
  if (isAtHome) return 0;
  const ends = rows.flatMap((row) => [row.network_locked_until, row.key_locked_until]);
  return Math.max(0, ...ends.map((end) => (end?.getTime() ?? 0) - now.getTime()));
}
