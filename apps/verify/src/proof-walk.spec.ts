import fc from 'fast-check';
import {
  fullNodes,
  inclusionNodes,
  leafHash,
  nodeHash,
  proofHashes,
  rootOf,
  verifyInclusion,
} from '@restartix/crypto';
import { ProofWalk } from './proof-walk';

/** A tree over so many leaves: its leaves, its root and its proofs. */
function treeOf(size: number) {
  const levels = [Array.from({ length: size }, (_, index) => leafHash(String(index)))];
  for (let level = levels[0]!; level.length > 1; levels.push(level)) {
    level = Array.from({ length: Math.floor(level.length / 2) }, (_, index) =>
      nodeHash(level[2 * index]!, level[2 * index + 1]!),
    );
  }
  const read = ({ level, index }: { level: number; index: number }) => levels[level]![index]!;
  return {
    leaves: levels[0]!,
    root: rootOf(fullNodes(0, size).map(read)),
    proofOf: (index: number) =>
      proofHashes(inclusionNodes(index, size), read).map((hash) => hash.toString('hex')),
  };
}

describe('a walk over inclusion proofs', () => {
  it('takes every proof of a tree of any size, from any place on', () => {
    for (let size = 1; size <= 70; size += 1) {
      const { leaves, root, proofOf } = treeOf(size);
      for (const first of new Set([0, 1, size >> 1, size - 1])) {
        const walk = new ProofWalk(size, root);
        for (let index = first; index < size; index += 1)
          expect([size, index, walk.leadsToRoot(leaves[index]!, index, proofOf(index))]).toEqual([
            size,
            index,
            true,
          ]);
      }
    }
  });

  it('judges every changed proof as hashing its whole way would', () => {
    const change = fc.record({
      size: fc.integer({ min: 2, max: 40 }),
      at: fc.nat(),
      hash: fc.nat(),
      how: fc.constantFrom('bit', 'swap', 'shorten', 'lengthen', 'leaf', 'none'),
    });
    fc.assert(
      fc.property(change, ({ size, at, hash, how }) => {
        const { leaves, root, proofOf } = treeOf(size);
        const index = at % size;
        const walk = new ProofWalk(size, root);
        for (let before = 0; before < index; before += 1)
          walk.leadsToRoot(leaves[before]!, before, proofOf(before));
        const proof = proofOf(index);
        const place = hash % proof.length;
        if (how === 'bit') proof[place] = proof[place]!.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
        if (how === 'swap') proof.reverse();
        if (how === 'shorten') proof.splice(place, 1);
        if (how === 'lengthen') proof.splice(place, 0, proof[place]!);
        const leaf = how === 'leaf' ? leafHash('another') : leaves[index]!;
        const whole = verifyInclusion(
          leaf,
          index,
          size,
          proof.map((text) => Buffer.from(text, 'hex')),
          root,
        );
        expect(walk.leadsToRoot(leaf, index, proof)).toBe(whole);
      }),
    );
  });
});
