import { invalid } from '@restartix/errors';

/** The day of a moment in UTC, as YYYY-MM-DD. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** First and last day of something, both inclusive, in UTC for every clinic; without a last day it has no end. */
export interface Period {
  valid_from: string;
  valid_until?: string | null;
}

/** The period a change leaves: what it does not give stays. */
export const periodAfter = (before: Period, change: Partial<Period>): Period => ({
  valid_from: change.valid_from ?? before.valid_from,
  valid_until: change.valid_until === undefined ? before.valid_until : change.valid_until,
});

/** Throws validation_error for a period that ends before it begins. */
export function assertPeriod({ valid_from, valid_until }: Period): void {
  if (valid_until && valid_until < valid_from)
    throw invalid([{ field: 'valid_until', reason: 'must not be before the first day' }]);
}
