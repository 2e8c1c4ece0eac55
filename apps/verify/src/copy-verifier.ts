import type { KeyObject } from 'node:crypto';
import { isRecorded } from './event-text';
import type { Copy } from './copy';
import { GrowingTree } from './growing-tree';
import { headsOf } from './heads';
import type { Report } from './log-finding';

/** A log's copy as far as it is proven: so many leaves lead to roots that a pinned key signed. */
export interface ProvenCopy {
  leaves: number;
  /** The signed roots, by size. */
  roots: ReadonlyMap<number, Buffer>;
}

/**
 * Checks the copy of one log: its leaves lead to every signed root, and every event is the one its leaf was made from.
 * Reports what is not so; what lies beyond the first root that is missed is not proven.
 */
export async function verifyCopy(
  copy: Copy,
  organizationId: number,
  pinned: readonly KeyObject[],
  report: Report,
): Promise<ProvenCopy> {
  const at = { where: 'copy', organization_id: organizationId } as const;
  const { roots, bad } = headsOf(await copy.notes(organizationId), organizationId, pinned);
  const end = Math.max(0, ...roots.keys());
  for (const size of end === 0 && bad.length === 0 ? [0] : bad) report({ ...at, fault: 'note', size });
  const tree = new GrowingTree();
  let proven = 0;
  for await (const { index, eventId, hash, event } of copy.leaves(organizationId, end)) {
    if (!isRecorded(event, eventId, hash)) {
      report({ ...at, fault: 'event', leaf_index: index, event_id: eventId });
    }
    tree.add(hash);
    const root = roots.get(tree.size);
    if (root && !root.equals(tree.root)) {
      report({ ...at, fault: 'root', leaves: [proven, tree.size] });
      return { leaves: proven, roots };
    }
    if (root) proven = tree.size;
  }
  if (tree.size < end) report({ ...at, fault: 'place', leaf_index: tree.size });
  return { leaves: proven, roots };
}
