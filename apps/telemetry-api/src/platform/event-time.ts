/** The id and the time of an event are made in the same moment, one after the other. */
export const APART_MS = 60_000;

/** When an event was made, in milliseconds since 1970, as its id (UUIDv7) says; null for an id of another form. */
export function madeAt(eventId: string): number | null {
  return eventId[14] === '7' ? parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16) : null;
}

/** The time from and to which the events of these ids were made; null when no id says so. */
export function termOf(eventIds: readonly string[]): { from: Date; to: Date } | null {
  const times = eventIds.map(madeAt).filter((time) => time !== null);
  if (times.length === 0) return null;
  const [first, last] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Infinity, -Infinity],
  );
  return { from: new Date(first - APART_MS), to: new Date(last + APART_MS) };
}
