import type { AuditEvent } from '@restartix/contracts';
import { leafHash } from '@restartix/crypto';
import { canonicalEvent } from './canonical-event';

/** An event's leaf before it has a place in its organization's log. */
export interface Leaf {
  eventId: string;
  organizationId: number;
  /** The exact text the hash was made from: RFC 8785 canonical JSON of the event as stored. */
  canonical: string;
  /** SHA-256(0x00 ‖ canonical). */
  hash: Buffer;
}

/** The leaf of an event as stored. Throws CanonicalError naming the path of a value no store keeps exactly. */
export function leafOf(event: AuditEvent): Leaf {
  const canonical = canonicalEvent(event);
  return {
    eventId: event.event_id,
    organizationId: event.organization_id,
    canonical,
    hash: leafHash(canonical),
  };
}

/** The first leaf of each event that is not known yet, in order. */
export function newLeaves<L extends Leaf>(leaves: readonly L[], known: ReadonlySet<string>): L[] {
  const taken = new Set(known);
  return leaves.filter(({ eventId }) => !taken.has(eventId) && taken.add(eventId));
}
