import type { AnalyticsStatsQuery } from '@restartix/contracts';
import { invalid } from '@restartix/errors';
import { dayOf } from '../../platform/days';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const LONGEST_DAYS = 366;

/** The days a question is about, both inclusive, UTC; the last seven when it does not say. Throws validation_error. */
export function statsPeriod(
  { from, to }: AnalyticsStatsQuery,
  now: number = Date.now(),
): { from: string; to: string } {
  const last = to ?? dayOf(new Date(now));
  const first = from ?? dayOf(new Date(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS));
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1) throw invalid([{ field: 'from', reason: 'must not be later than to' }]);
  if (days > LONGEST_DAYS)
    throw invalid([{ field: 'from', reason: `must be at most ${LONGEST_DAYS} days before to` }]);
  return { from: first, to: last };
}
