/** The term of a partition of the audit log that was dropped: `to` is no longer within it. */
export interface Drop {
  from: Date;
  to: Date;
}

/** The id and the time of an event are made in the same moment, one after the other. */
const APART_MS = 60_000;

/** Whether an event may have gone with a partition that was dropped: its id (UUIDv7) says when it was made. */
export function mayHaveGone(eventId: string, drops: readonly Drop[]): boolean {
  if (eventId[14] !== '7') return false;
  const madeAt = parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16);
  return drops.some(
    ({ from, to }) => madeAt >= from.getTime() - APART_MS && madeAt < to.getTime() + APART_MS,
  );
}
