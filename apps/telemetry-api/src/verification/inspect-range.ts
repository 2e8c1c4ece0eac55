import { growTree, rootOf, type MerkleNode } from '@restartix/crypto';

/** What can be wrong with a log. The first three name an event, the others the place in the tree it begins at. */
export const FAULT_KINDS = [
  'event_changed',
  'event_missing',
  'leaf_missing',
  'node_changed',
  'root_changed',
  'checkpoint_unsigned',
  'log_shortened',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  leafIndex: number;
  eventId: string | null;
}

interface PlacedLeaf {
  eventId: string;
  index: number;
  hash: Buffer;
}

/** A checkpoint as the inspection needs it. */
export interface Claim {
  size: number;
  root: Buffer;
  isSigned: boolean;
}

/** Leaves of a log from a place to before another, both covered by checkpoints, and what the database says of them. */
export interface LogRange {
  from: number;
  to: number;
  leaves: readonly PlacedLeaf[];
  /** The hash each event's row gives now, by event id. */
  rows: ReadonlyMap<string, Buffer>;
  /** Whether a row may be gone: its partition was dropped after its term. */
  mayBeDropped: (eventId: string) => boolean;
  /** Frontier of the tree at `from`; null when a node of it is missing. */
  frontier: readonly Buffer[] | null;
  /** The stored hash of a node that became full in the range; null when it is missing. */
  stored: (node: MerkleNode) => Buffer | null;
  /** Checkpoints with a size after `from` up to `to`, smallest first. */
  checkpoints: readonly Claim[];
}

/** Everything that is not as it was sealed: rows against leaves, places against 0…n−1, tree against checkpoints. */
export function inspectRange(range: LogRange): Fault[] {
  const byIndex = new Map(range.leaves.map((leaf) => [leaf.index, leaf]));
  const faults: Fault[] = [];
  for (let index = range.from; index < range.to; index += 1) {
    const fault = inspectLeaf(range, index, byIndex.get(index));
    if (fault) faults.push(fault);
  }
  if (faults.some(({ kind }) => kind === 'leaf_missing')) return faults; // nothing to build a tree of
  return [...faults, ...inspectTree(range)];
}

function inspectLeaf(range: LogRange, leafIndex: number, leaf: PlacedLeaf | undefined): Fault | null {
  if (!leaf) return { kind: 'leaf_missing', leafIndex, eventId: null };
  const { eventId, hash } = leaf;
  const row = range.rows.get(eventId);
  if (row) return row.equals(hash) ? null : { kind: 'event_changed', leafIndex, eventId };
  return range.mayBeDropped(eventId) ? null : { kind: 'event_missing', leafIndex, eventId };
}

/** Grows the tree from checkpoint to checkpoint. Of each kind of fault only the first: what follows follows from it. */
function inspectTree({ from, to, leaves, frontier, stored, checkpoints }: LogRange): Fault[] {
  const first = new Map<FaultKind, Fault>();
  const note = (kind: FaultKind, leafIndex: number): void => {
    if (!first.has(kind)) first.set(kind, { kind, leafIndex, eventId: null });
  };
  if (!frontier) return [{ kind: 'node_changed', leafIndex: from, eventId: null }];
  let [size, edge] = [from, [...frontier]];
  const growTo = (end: number): void => {
    const hashes = leaves.slice(size - from, end - from).map(({ hash }) => hash);
    const grown = growTree(size, edge, hashes);
    for (const node of grown.nodes) {
      if (!stored(node)?.equals(node.hash)) note('node_changed', node.index * 2 ** node.level);
    }
    [size, edge] = [end, grown.frontier];
  };
  for (const checkpoint of checkpoints) {
    const before = size;
    growTo(checkpoint.size);
    if (!rootOf(edge).equals(checkpoint.root)) note('root_changed', before);
    if (!checkpoint.isSigned) note('checkpoint_unsigned', checkpoint.size - 1);
  }
  growTo(to);
  return [...first.values()];
}
