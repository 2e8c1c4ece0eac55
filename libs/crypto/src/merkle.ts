import { hash } from 'node:crypto';

/** A node of a log's tree that stands over 2^level leaves, full for good; `index` counts the nodes of its level. */
export interface NodeRef {
  level: number;
  index: number;
}

/** A full node and its hash. */
export interface MerkleNode extends NodeRef {
  hash: Buffer;
}

/** Gives the hash of a full node; leaves are level 0. Throws when it does not know it. */
export type NodeReader = (node: NodeRef) => Buffer;

const HASH_BYTES = 32;
/** 0x01 ‖ left ‖ right of the node in hand: this runs for every node that is sealed or verified. */
const NODE = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** RFC 6962 hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  const areHashes = left.length === HASH_BYTES && right.length === HASH_BYTES;
  if (!areHashes) return hash('sha256', Buffer.concat([NODE.subarray(0, 1), left, right]), 'buffer');
  left.copy(NODE, 1);
  right.copy(NODE, 1 + HASH_BYTES);
  return hash('sha256', NODE, 'buffer');
}

/** The root of a log without entries (RFC 6962, 2.1). */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

/** Exponent of the largest power of two that is at most `size`. */
function exponent(size: number): number {
  let level = 0;
  while (2 ** (level + 1) <= size) level += 1;
  return level;
}

/**
 * The full nodes that together are the leaves from `start` to before `end`, from the left: the frontier, where `start`
 * is 0. `start` must be a multiple of the largest power of two within the range, as it is wherever RFC 6962 splits.
 */
export function fullNodes(start: number, end: number): NodeRef[] {
  const nodes: NodeRef[] = [];
  for (let at = start; at < end;) {
    const level = exponent(end - at);
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** The root over full nodes from the left, each smaller than the one before (RFC 6962, 2.1). */
export function rootOf(frontier: readonly Buffer[]): Buffer {
  const last = frontier.at(-1);
  if (!last) return EMPTY_ROOT;
  return frontier.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/**
 * Adds leaves to a log of `size` entries whose frontier (the hashes of fullNodes(0, size)) is given. Answers the new
 * frontier and every inner node that became full, lowest level first at each leaf.
 */
export function growTree(
  size: number,
  frontier: readonly Buffer[],
  leaves: readonly Buffer[],
): { size: number; frontier: Buffer[]; nodes: MerkleNode[] } {
  const stack = [...frontier];
  const nodes: MerkleNode[] = [];
  leaves.forEach((leaf, offset) => {
    stack.push(leaf);
    const count = size + offset + 1;
    for (let level = 1; count % 2 ** level === 0; level += 1) {
      const [left, right] = stack.splice(-2) as [Buffer, Buffer];
      const node = { level, index: count / 2 ** level - 1, hash: nodeHash(left, right) };
      nodes.push(node);
      stack.push(node.hash);
    }
  });
  return { size: size + leaves.length, frontier: stack, nodes };
}

function splitOf(size: number): number {
  return 2 ** exponent(size - 1);
}

function assertWithin(index: number, size: number, name: string): void {
  const whole = Number.isSafeInteger(index) && Number.isSafeInteger(size);
  if (!whole || index < 0 || index >= size) throw new RangeError(`${name} is not within the tree`);
}

/**
 * What an inclusion proof of leaf `index` in a tree of `size` is made of, in the order of the proof (RFC 6962,
 * 2.1.1): each hash of it is rootOf the nodes of one item. Throws RangeError.
 */
export function inclusionNodes(index: number, size: number): NodeRef[][] {
  assertWithin(index, size, 'The leaf');
  const path: NodeRef[][] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    const left = index < middle;
    path.push(left ? fullNodes(middle, end) : fullNodes(start, middle));
    [start, end] = left ? [start, middle] : [middle, end];
  }
  return path.reverse();
}

/**
 * What a proof that the tree of `size` goes on from the tree of `from` leaves is made of, in the order of the proof
 * (RFC 6962, 2.1.2). Empty when the sizes are equal or `from` is 0. Throws RangeError.
 */
export function consistencyNodes(from: number, size: number): NodeRef[][] {
  assertWithin(from, size + 1, 'The earlier size');
  if (from === 0 || from === size) return [];
  const path: NodeRef[][] = [];
  let [start, end, whole] = [0, size, true];
  while (end !== from) {
    const middle = start + splitOf(end - start);
    const left = from <= middle;
    path.push(left ? fullNodes(middle, end) : fullNodes(start, middle));
    [start, end, whole] = left ? [start, middle, whole] : [middle, end, false];
  }
  if (!whole) path.push(fullNodes(start, end));
  return path.reverse();
}

/** The hashes of a proof, read from stored nodes. */
export function proofHashes(path: readonly NodeRef[][], read: NodeReader): Buffer[] {
  return path.map((nodes) => rootOf(nodes.map(read)));
}

/**
 * For each hash of a proof whether it stands on the left, on the way up from place `at` of a level whose last place is
 * `last` (RFC 9162, 2.1.3.2). Null when the way to the root is of another length.
 */
function sidesOf(at: number, last: number, length: number): boolean[] | null {
  const sides: boolean[] = [];
  const climb = () => ([at, last] = [Math.floor(at / 2), Math.floor(last / 2)]);
  for (let step = 0; step < length; step += 1) {
    if (last === 0) return null;
    const onTheLeft = at % 2 === 1 || at === last;
    sides.push(onTheLeft);
    if (onTheLeft) while (at % 2 === 0 && at !== 0) climb();
    climb();
  }
  return last === 0 ? sides : null;
}

/** The root that a proof leads to, with the hashes on the right left out where `leftOnly`. */
function climbed(
  start: Buffer,
  proof: readonly Buffer[],
  sides: readonly boolean[],
  leftOnly = false,
): Buffer {
  return proof.reduce((hash, sibling, step) => {
    if (sides[step]) return nodeHash(sibling, hash);
    return leftOnly ? hash : nodeHash(hash, sibling);
  }, start);
}

/** Whether a proof shows that the leaf of this hash is at `index` in the tree of this size and root. Never throws. */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  const sides = sidesOf(index, size - 1, proof.length);
  return sides !== null && climbed(leaf, proof, sides).equals(root);
}

/** A tree as a checkpoint names it. */
export interface TreeHead {
  size: number;
  root: Buffer;
}

/** Whether a proof shows that the later tree begins with the earlier one. Never throws. */
export function verifyConsistency(earlier: TreeHead, later: TreeHead, proof: readonly Buffer[]): boolean {
  if (!Number.isSafeInteger(earlier.size) || !Number.isSafeInteger(later.size)) return false;
  if (earlier.size < 0 || earlier.size > later.size) return false;
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(EMPTY_ROOT);
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  return meetsBoth(earlier, later, proof);
}

/** RFC 9162, 2.1.4.2: both roots are computed from the one proof. */
function meetsBoth(earlier: TreeHead, later: TreeHead, proof: readonly Buffer[]): boolean {
  let [at, last] = [earlier.size - 1, later.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  const [start, ...path] = at === 0 ? [earlier.root, ...proof] : proof;
  const sides = sidesOf(at, last, path.length);
  if (!start || !sides) return false;
  return (
    climbed(start, path, sides, true).equals(earlier.root) && climbed(start, path, sides).equals(later.root)
  );
}
