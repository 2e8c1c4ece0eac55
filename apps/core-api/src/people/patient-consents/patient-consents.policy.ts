import { invalid } from '@restartix/errors';

/** A day before which something cannot have happened, and what it is the day of. */
export interface Earliest {
  day: string | null;
  of: string;
}

/** Throws validation_error for a day that is still to come, or that lies before one of the others. */
export function assertHappened(
  field: string,
  day: string,
  { today, since }: { today: string; since: readonly Earliest[] },
): void {
  if (day > today) throw invalid([{ field, reason: 'must not be in the future' }]);
  const broken = since.find((earliest) => earliest.day !== null && day < earliest.day);
  if (broken) throw invalid([{ field, reason: `must not be before ${broken.of}` }]);
}
