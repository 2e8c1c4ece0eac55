import { nodeHash } from '@restartix/crypto';

/** Up to here sizes are numbers of 32 bits. */
const LARGE = 2 ** 31;
const HASH = /^[0-9a-f]{64}$/;

export const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);

/**
 * Checks the inclusion proofs (RFC 6962) of one place after another under one signed root. Neighbours share most of
 * their way up: above the node where their ways meet a proof must hold the very hashes of the one before, and only what
 * lies below is hashed; the two nodes right below it are each other's neighbours. Same answer as hashing each way to the
 * root, for a fraction of the work.
 */
export class ProofWalk {
  private place = -1;
  /** Of the last place: its proof, and the nodes of its way, from the root (depth 0) down to the leaf. */
  private proof: readonly string[] = [];
  private readonly nodes: Buffer[];
  /** Of the place in hand, from the root down: whether each step goes to the right. */
  private readonly sides: boolean[] = [];

  constructor(
    private readonly size: number,
    root: Buffer,
  ) {
    this.nodes = [root];
  }

  /** Whether a proof is made of hashes; those of the last one are known to be. */
  holdsHashes(proof: readonly unknown[]): proof is string[] {
    const ahead = this.proof.length - proof.length;
    return proof.every((hash, step) => hash === this.proof[ahead + step] || isHash(hash));
  }

  /**
   * Whether the proof (hexadecimal, from the leaf upwards) leads from the leaf at this place to the root. A proof that
   * does not ends the walk: nothing may be asked of it after.
   */
  leadsToRoot(leaf: Buffer, place: number, proof: readonly string[]): boolean {
    const shared = this.descend(place);
    const { length } = this.sides;
    if (length !== proof.length) return false;
    for (let depth = 1; depth <= shared; depth += 1) {
      if (proof[length - depth] !== this.proof[this.proof.length - depth]) return false;
    }
    const meeting = this.nodes[shared];
    const [before, besideBefore] = [this.nodes[shared + 1], this.proof[this.proof.length - shared - 1]];
    let hash = leaf;
    for (let depth = length; depth > shared; depth -= 1) {
      this.nodes[depth] = hash;
      const beside = proof[length - depth] as string;
      const areChildren = depth === shared + 1 && areSwapped(before, besideBefore, hash, beside);
      hash = areChildren ? (meeting as Buffer) : this.parent(hash, beside, depth);
    }
    this.place = place;
    this.proof = proof;
    return meeting !== undefined && hash.equals(meeting);
  }

  private parent(hash: Buffer, sibling: string, depth: number): Buffer {
    const other = Buffer.from(sibling, 'hex');
    return this.sides[depth - 1] ? nodeHash(other, hash) : nodeHash(hash, other);
  }

  /** Goes from the root down to a place. Answers how many steps the last place and this one go together. */
  private descend(place: number): number {
    let shared = this.place < 0 ? 0 : -1;
    let [start, end, depth] = [0, this.size, 0];
    for (; end - start > 1; depth += 1) {
      const middle = start + half(end - start);
      const right = place >= middle;
      if (shared < 0 && right !== this.place >= middle) shared = depth;
      this.sides[depth] = right;
      if (right) start = middle;
      else end = middle;
    }
    this.sides.length = depth;
    return shared < 0 ? depth : shared;
  }
}

/** Whether a node and the one beside it are those of the last way, from the other side: what they hash to is known. */
function areSwapped(
  before: Buffer | undefined,
  besideBefore: string | undefined,
  hash: Buffer,
  beside: string,
): boolean {
  return before?.toString('hex') === beside && hash.toString('hex') === besideBefore;
}

/** The largest power of two below a size: how many leaves stand in the left half. */
function half(size: number): number {
  if (size <= LARGE) return 1 << (31 - Math.clz32(size - 1));
  let power = LARGE;
  while (power * 2 < size) power *= 2;
  return power;
}
