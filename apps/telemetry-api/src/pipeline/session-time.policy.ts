/** The moment a session was made, from its id (UUIDv7), Unix milliseconds. */
export function sessionStart(sessionId: string): number {
  return Number.parseInt(sessionId.replaceAll('-', '').slice(0, 12), 16);
}

/** Clocks of clients may be a day behind ours. */
const A_DAY_SECONDS = 86_400;
const LONGEST = 4_294_967_295;

/** The second of a moment, counted from a day before its session was made; 0 for a moment before that. */
export function secondIn(sessionId: string, time: string): number {
  const seconds = Math.floor((Date.parse(time) - sessionStart(sessionId)) / 1000) + A_DAY_SECONDS;
  return Math.min(Math.max(0, seconds), LONGEST);
}
