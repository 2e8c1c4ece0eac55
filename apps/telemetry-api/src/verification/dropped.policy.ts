const DAY_MS = 86_400_000;
/** No partition is dropped earlier: the database refuses a shorter term. */
const SHORTEST_TERM_DAYS = 2190;

/** Whether an event may have been dropped with its partition: its id (UUIDv7) says when it was made. */
export function isPastTerm(eventId: string, now: number): boolean {
  if (eventId[14] !== '7') return false;
  const madeAt = parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16);
  return now - madeAt > SHORTEST_TERM_DAYS * DAY_MS;
}
