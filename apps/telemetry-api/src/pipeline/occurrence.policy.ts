const DAY_MS = 86_400_000;
/** As long as the table keeps a row. */
const OLDEST_MS = 730 * DAY_MS;

/**
 * When an event happened, as far as a client's clock can be believed: more than a day ahead of its arrival, or older
 * than the table keeps a row, the time of arrival stands in. UTC, ISO 8601 in and out.
 */
export function believableTime(timestamp: string, receivedAt: string): string {
  const age = Date.parse(receivedAt) - Date.parse(timestamp);
  return age < -DAY_MS || age > OLDEST_MS ? receivedAt : timestamp;
}

/** First day of the quarter a time lies in, as YYYY-MM-DD. */
export function quarterOf(time: string): string {
  const month = Math.floor((Number(time.slice(5, 7)) - 1) / 3) * 3 + 1;
  return `${time.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
}
