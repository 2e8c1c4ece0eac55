import fc from 'fast-check';
import {
  consistencyNodes,
  EMPTY_ROOT,
  fullNodes,
  growTree,
  inclusionNodes,
  leafHash,
  nodeHash,
  proofHashes,
  rootOf,
  verifyConsistency,
  verifyInclusion,
  type NodeRef,
} from './index';

/** The inputs and roots every Certificate Transparency implementation is tried with. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => leafHash(`entry ${index}`));

/** RFC 6962, 2.1, word for word. */
function mth(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0] as Buffer;
  const k = split(leaves.length);
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

const split = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** RFC 6962, 2.1.1. */
function path(m: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...path(m, left), mth(right)] : [...path(m - k, right), mth(left)];
}

/** RFC 6962, 2.1.2. */
function subproof(m: number, leaves: Buffer[], whole: boolean): Buffer[] {
  if (m === leaves.length) return whole ? [] : [mth(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k ? [...subproof(m, left, whole), mth(right)] : [...subproof(m - k, right, false), mth(left)];
}

function readerOf(leaves: Buffer[]) {
  const nodes = new Map(
    growTree(0, [], leaves).nodes.map((node) => [`${node.level}/${node.index}`, node.hash]),
  );
  return ({ level, index }: NodeRef): Buffer => {
    const found = level === 0 ? leaves[index] : nodes.get(`${level}/${index}`);
    if (!found) throw new Error(`There is no node ${level}/${index}`);
    return found;
  };
}

const sizes = fc.integer({ min: 1, max: 130 });
const flipped = (hash: Buffer, bit: number): Buffer => {
  const other = Buffer.from(hash);
  other[bit >> 3]! ^= 1 << (bit & 7);
  return other;
};

it('gives the roots of the RFC 6962 reference inputs', () => {
  const leaves = INPUTS.map((input) => leafHash(Buffer.from(input, 'hex').toString('latin1')));
  expect(
    leaves.map((_, index) => rootOf(growTree(0, [], leaves.slice(0, index + 1)).frontier).toString('hex')),
  ).toEqual(ROOTS);
  expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

it('grows in any steps to the root of RFC 6962', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }), (steps) => {
      const leaves = leavesOf(steps.reduce((sum, step) => sum + step, 0));
      let tree = { size: 0, frontier: [] as Buffer[] };
      for (const step of steps)
        tree = growTree(tree.size, tree.frontier, leaves.slice(tree.size, tree.size + step));
      expect(rootOf(tree.frontier)).toEqual(mth(leaves));
      const read = readerOf(leaves);
      expect(tree.frontier).toEqual(fullNodes(0, leaves.length).map(read));
    }),
  );
});

it('proves every leaf as RFC 6962 says, and the proof holds', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (size, pick) => {
      const leaves = leavesOf(size);
      const index = pick % size;
      const proof = proofHashes(inclusionNodes(index, size), readerOf(leaves));
      expect(proof).toEqual(path(index, leaves));
      expect(verifyInclusion(leaves[index] as Buffer, index, size, proof, mth(leaves))).toBe(true);
    }),
  );
});

it('refuses a proof for another leaf, place, size or root, and one hash too many or too few', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat({ max: 255 }), (size, pick, bit) => {
      const leaves = leavesOf(size);
      const index = pick % size;
      const [leaf, root] = [leaves[index] as Buffer, mth(leaves)];
      const proof = path(index, leaves);
      expect(verifyInclusion(flipped(leaf, bit), index, size, proof, root)).toBe(false);
      expect(verifyInclusion(leaf, index, size, proof, flipped(root, bit))).toBe(false);
      expect(verifyInclusion(leaf, index, size, [...proof, root], root)).toBe(false);
      for (let other = 0; other < size; other += 1) {
        if (other !== index) expect(verifyInclusion(leaf, other, size, proof, root)).toBe(false);
      }
      for (const place of proof.keys()) {
        const changed = proof.map((hash, at) => (at === place ? flipped(hash, bit) : hash));
        expect(verifyInclusion(leaf, index, size, changed, root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, proof.toSpliced(place, 1), root)).toBe(false);
      }
    }),
  );
});

it.each([-1, 1, 0.5, NaN, 2 ** 53])('refuses a place outside of the tree: %d', (index) => {
  const [leaf] = leavesOf(1) as [Buffer];
  expect(verifyInclusion(leaf, index, 1, [], leaf)).toBe(false);
  expect(() => inclusionNodes(index, 1)).toThrow(RangeError);
});

it('proves that a tree goes on from an earlier one as RFC 6962 says, and from no other', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat({ max: 255 }), (size, pick, bit) => {
      const leaves = leavesOf(size);
      const from = 1 + (pick % size);
      const [earlier, later] = [
        { size: from, root: mth(leaves.slice(0, from)) },
        { size, root: mth(leaves) },
      ];
      const proof = proofHashes(consistencyNodes(from, size), readerOf(leaves));
      expect(proof).toEqual(subproof(from, leaves, true));
      expect(verifyConsistency(earlier, later, proof)).toBe(true);
      expect(verifyConsistency({ ...earlier, root: flipped(earlier.root, bit) }, later, proof)).toBe(false);
      expect(verifyConsistency(earlier, { ...later, root: flipped(later.root, bit) }, proof)).toBe(false);
      expect(verifyConsistency(earlier, later, [...proof, later.root])).toBe(false);
      if (from < size) {
        expect(verifyConsistency(later, earlier, proof)).toBe(false);
        expect(verifyConsistency(earlier, later, proof.slice(1))).toBe(false);
      }
    }),
  );
});

it('lets every tree go on from the empty one, and from nothing that only calls itself empty', () => {
  const later = { size: 3, root: mth(leavesOf(3)) };
  expect(verifyConsistency({ size: 0, root: EMPTY_ROOT }, later, [])).toBe(true);
  expect(verifyConsistency({ size: 0, root: later.root }, later, [])).toBe(false);
  expect(consistencyNodes(0, 3)).toEqual([]);
  expect(() => consistencyNodes(4, 3)).toThrow(RangeError);
});
