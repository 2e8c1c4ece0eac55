import { canonicalJson, leafHash } from '@restartix/crypto';

/** An event's leaf before it has a place in its organization's log. */
export interface Leaf {
  eventId: string;
  organizationId: number;
  /** The exact text the hash was made from: RFC 8785 canonical JSON of the event as stored. */
  canonical: string;
  /** SHA-256(0x00 ‖ canonical). */
  hash: Buffer;
}

/** A leaf with its place: 0, 1, 2 … in its organization. */
export interface NumberedLeaf extends Leaf {
  index: number;
}

/** The leaf of an event as stored. Throws CanonicalError naming the path of a value no store keeps exactly. */
export function leafOf<E extends { event_id: string; organization_id: number }>(event: E): Leaf {
  const canonical = canonicalJson(event);
  return {
    eventId: event.event_id,
    organizationId: event.organization_id,
    canonical,
    hash: leafHash(canonical),
  };
}

/** Leaves of new events, each with the next free place of its organization; repeated and known events are left out. */
export function numberLeaves<L extends Leaf>(
  leaves: readonly L[],
  log: { known: ReadonlySet<string>; sizes: ReadonlyMap<number, number> },
): (L & NumberedLeaf)[] {
  const taken = new Set(log.known);
  const sizes = new Map(log.sizes);
  const numbered: (L & NumberedLeaf)[] = [];
  for (const leaf of leaves) {
    if (taken.has(leaf.eventId)) continue;
    taken.add(leaf.eventId);
    const index = sizes.get(leaf.organizationId) ?? 0;
    sizes.set(leaf.organizationId, index + 1);
    numbered.push({ ...leaf, index });
  }
  return numbered;
}
