import type { KeyObject } from 'node:crypto';
import { openCheckpoint } from '@restartix/crypto';

/** What a log's notes say, and which of them say nothing. */
export interface Heads {
  /** The root at each size that a pinned key signed. */
  roots: Map<number, Buffer>;
  /** Sizes under which a note stands that is not one of this log and size, or contradicts another. */
  bad: number[];
}

/** Opens the notes of an organization's log under the pinned keys. Notes that are known to be signed are given. */
export function headsOf(
  notes: readonly { size: number; note: string }[],
  organizationId: number,
  pinned: readonly KeyObject[],
): Heads {
  const heads: Heads = { roots: new Map(), bad: [] };
  for (const { size, note } of notes) {
    const root = rootIn(note, size, organizationId, pinned);
    const other = heads.roots.get(size);
    if (!root || (other && !other.equals(root))) heads.bad.push(size);
    else heads.roots.set(size, root);
  }
  return heads;
}

function rootIn(
  note: string,
  size: number,
  organizationId: number,
  pinned: readonly KeyObject[],
): Buffer | null {
  try {
    const said = openCheckpoint(note, pinned);
    const own = said.size === size && said.origin.split('/').at(-1) === String(organizationId);
    return own ? said.root : null;
  } catch {
    return null;
  }
}
