import type { Period } from '@restartix/contracts';

const HOUR_MS = 3_600_000;
const LENGTHS: Record<Period, number> = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
};

/** When a period that ends now began, ISO 8601; seven days when none is named. */
export function since(period: Period = '7d', now: number = Date.now()): string {
  return new Date(now - LENGTHS[period]).toISOString();
}
