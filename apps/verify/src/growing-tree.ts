import { nodeHash } from '@restartix/crypto';

/** An inner node over 2^level leaves; `index` counts the nodes of its level. */
export interface FullNode {
  level: number;
  index: number;
  hash: Buffer;
}

/** The RFC 6962 tree of a log, leaf by leaf: its root at every size, and each inner node as it becomes full. */
export class GrowingTree {
  size = 0;
  /** Roots of the full trees the log is made of, the largest first. */
  private readonly peaks: Buffer[] = [];

  /** Adds a leaf hash; answers the inner nodes that are full with it, the lowest first. */
  add(leaf: Buffer): FullNode[] {
    this.size += 1;
    const full: FullNode[] = [];
    let hash = leaf;
    for (let level = 1; this.size % 2 ** level === 0; level += 1) {
      hash = nodeHash(this.peaks.pop() as Buffer, hash);
      full.push({ level, index: this.size / 2 ** level - 1, hash });
    }
    this.peaks.push(hash);
    return full;
  }

  /** The root over the leaves so far; there must be one. */
  get root(): Buffer {
    return this.peaks.reduceRight((right, left) => nodeHash(left, right));
  }
}
