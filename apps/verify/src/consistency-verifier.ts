import type { KeyObject } from 'node:crypto';
import { verifyConsistency, type Checkpoint } from '@restartix/crypto';
import { openPinned } from './export-verifier';
import { GrowingTree } from './growing-tree';
import { Finding, type Verdict } from './verdict';

export interface Notes {
  earlier: string;
  later: string;
}

/** What shows that one log goes on from the other: hashes of a proof, or leaves from the first on; null is nothing. */
export type Evidence =
  { proof: readonly string[] } | { leaves: (log: Checkpoint) => AsyncIterable<Buffer> } | null;

/** The notes alone do not tell. */
export class EvidenceNeeded extends Error {}

/**
 * Checks that the log of a later note goes on from that of an earlier one. Both must be signed by a pinned key and be
 * of one log. Two notes alone tell of a log that was cut or that has two histories of one size; for a log that has
 * grown there must be evidence. Throws {@link EvidenceNeeded}.
 */
export async function verifyNotes(
  notes: Notes,
  evidence: Evidence,
  pinned: readonly KeyObject[],
): Promise<Verdict> {
  try {
    const earlier = openPinned(notes.earlier, pinned);
    const later = openPinned(notes.later, pinned);
    if (earlier.origin !== later.origin) throw new Finding('organization');
    if (earlier.size > later.size) throw new Finding('end', later.size);
    await assertGrown(earlier, later, evidence);
    return { ok: true, origin: later.origin, size: later.size, checked: earlier.size };
  } catch (error) {
    if (error instanceof Finding) return error.verdict;
    throw error;
  }
}

async function assertGrown(earlier: Checkpoint, later: Checkpoint, evidence: Evidence): Promise<void> {
  if (evidence && 'leaves' in evidence) return assertLeavesLeadTo([earlier, later], evidence.leaves(later));
  if (!evidence && earlier.size < later.size) {
    throw new EvidenceNeeded(
      `The log has grown from ${earlier.size} to ${later.size}: give --copy PATH, --database URL, or --proof with ` +
        `the answer of GET /v1/audit-logs/consistency?from=${earlier.size}&to=${later.size}`,
    );
  }
  const hashes = (evidence?.proof ?? []).map((hash) => Buffer.from(hash, 'hex'));
  if (!verifyConsistency(earlier, later, hashes)) throw new Finding('proof', earlier.size);
}

/** Both roots follow from the one list of leaves. */
async function assertLeavesLeadTo(
  heads: readonly Checkpoint[],
  leaves: AsyncIterable<Buffer>,
): Promise<void> {
  const tree = new GrowingTree();
  for await (const leaf of leaves) {
    tree.add(leaf);
    for (const { size, root } of heads) {
      if (size === tree.size && !root.equals(tree.root)) throw new Finding('proof', size);
    }
  }
  if (heads.some(({ size }) => size > tree.size)) throw new Finding('end', tree.size);
}
