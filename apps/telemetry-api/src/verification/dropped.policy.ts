import { APART_MS, madeAt } from '../platform/event-time';

/** The term of a partition of the audit log that was dropped: `to` is no longer within it. */
export interface Drop {
  from: Date;
  to: Date;
}

/** Whether an event may have gone with a partition that was dropped. */
export function mayHaveGone(eventId: string, drops: readonly Drop[]): boolean {
  const time = madeAt(eventId);
  if (time === null) return false;
  return drops.some(({ from, to }) => time >= from.getTime() - APART_MS && time < to.getTime() + APART_MS);
}
