import { growTree, leafHash, rootOf, type MerkleNode } from '@restartix/crypto';
import { mayHaveGone } from './dropped.policy';
import { inspectRange, type LogRange } from './inspect-range';
import { advanced, nextRange } from './verification.service';
import type { Progress } from './verification.repository';

const hashOf = (index: number): Buffer => leafHash(`event ${index}`);
const place = ({ level, index }: Pick<MerkleNode, 'level' | 'index'>) => `${level}/${index}`;

/** Leaves 5…11 of a log of 12, with checkpoints at 7 and 12, all sound. */
function range(): LogRange & { nodes: Map<string, Buffer>; rows: Map<string, Buffer> } {
  const hashes = Array.from({ length: 12 }, (_, index) => hashOf(index));
  const before = growTree(0, [], hashes.slice(0, 5));
  const all = growTree(0, [], hashes);
  const nodes = new Map(all.nodes.map((node) => [place(node), node.hash]));
  const rootAt = (size: number) => rootOf(growTree(0, [], hashes.slice(0, size)).frontier);
  return {
    from: 5,
    to: 12,
    leaves: hashes
      .slice(5)
      .map((hash, offset) => ({ eventId: `event-${5 + offset}`, index: 5 + offset, hash })),
    rows: new Map(hashes.map((hash, index) => [`event-${index}`, hash])),
    mayBeDropped: () => false,
    frontier: before.frontier,
    nodes,
    stored: (node) => nodes.get(place(node)) ?? null,
    checkpoints: [7, 12].map((size) => ({ size, root: rootAt(size), isSigned: true })),
  };
}

const found = (changed: LogRange) =>
  inspectRange(changed).map(({ kind, leafIndex, eventId }) => [kind, leafIndex, eventId]);

describe('a range of a log', () => {
  it('that is as it was sealed has no fault', () => expect(inspectRange(range())).toEqual([]));

  it('names the event whose row was changed', () => {
    const sound = range();
    sound.rows.set('event-8', hashOf(99));
    expect(found(sound)).toEqual([['event_changed', 8, 'event-8']]);
  });

  it('names the event whose row is gone, unless it was dropped with its partition', () => {
    const sound = range();
    sound.rows.delete('event-8');
    expect(found(sound)).toEqual([['event_missing', 8, 'event-8']]);
    expect(found({ ...sound, mayBeDropped: () => true })).toEqual([]);
  });

  it('finds the gap where a leaf is gone', () => {
    const sound = range();
    expect(found({ ...sound, leaves: sound.leaves.filter(({ index }) => index !== 6) })).toEqual([
      ['leaf_missing', 6, null],
    ]);
  });

  it('finds leaf and row rewritten together by the nodes and the roots above them', () => {
    const sound = range();
    sound.rows.set('event-8', hashOf(99));
    const leaves = sound.leaves.map((leaf) => (leaf.index === 8 ? { ...leaf, hash: hashOf(99) } : leaf));
    expect(found({ ...sound, leaves })).toEqual([
      ['node_changed', 8, null],
      ['root_changed', 7, null],
    ]);
  });

  it('finds leaf, row and nodes rewritten together by the signed root', () => {
    const sound = range();
    const leaves = sound.leaves.map((leaf) => (leaf.index === 8 ? { ...leaf, hash: hashOf(99) } : leaf));
    sound.rows.set('event-8', hashOf(99));
    const grown = growTree(
      5,
      sound.frontier ?? [],
      leaves.map(({ hash }) => hash),
    );
    for (const node of grown.nodes) sound.nodes.set(place(node), node.hash);
    expect(found({ ...sound, leaves })).toEqual([['root_changed', 7, null]]);
  });

  it('finds a checkpoint that nobody signed, a node that is gone and a frontier that cannot be read', () => {
    const sound = range();
    const checkpoints = sound.checkpoints.map((claim) => ({ ...claim, isSigned: claim.size !== 7 }));
    expect(found({ ...sound, checkpoints })).toEqual([['checkpoint_unsigned', 6, null]]);
    expect(found({ ...sound, frontier: null })).toEqual([['node_changed', 5, null]]);
    sound.nodes.delete('2/1');
    expect(found(sound)).toEqual([['node_changed', 4, null]]);
  });
});

describe('an event may have gone with its partition', () => {
  const id = (time: number) => {
    const hex = time.toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
  };
  const drops = [
    { from: new Date('2017-01-01'), to: new Date('2017-02-01') },
    { from: new Date('2017-04-01'), to: new Date('2017-05-01') },
  ];
  it.each([
    ['in the time of one', '2017-01-31T23:59:59Z', true],
    ['a breath before the time of one', '2017-03-31T23:59:59Z', true],
    ['between two', '2017-03-01T00:00:00Z', false],
    ['long ago, when none was dropped', '2010-01-01T00:00:00Z', false],
  ])('that was made %s: %s', (_, time, expected) =>
    expect(mayHaveGone(id(Date.parse(time)), drops)).toBe(expected),
  );
  it('not when nothing was dropped', () => expect(mayHaveGone(id(Date.parse('2017-01-15')), [])).toBe(false));
  it('never when its id does not tell', () =>
    expect(mayHaveGone('00000000-0000-4000-8000-000000000000', drops)).toBe(false));
});

describe('the order of the verification', () => {
  const now = new Date('2030-01-01T00:00:00Z');
  const none: Progress = {
    verified: 0,
    verifiedAt: null,
    passPosition: 0,
    passStartedAt: null,
    passCompletedAt: null,
  };
  const step = (progress: Progress, size: number, isPassDue = false) => {
    const range = nextRange(progress, size, isPassDue);
    return { range, after: range ? advanced(progress, range, now) : progress };
  };

  it('looks at what is new first, in steps, and the first look is the first pass', () => {
    const first = step(none, 700);
    expect(first.range).toEqual({ from: 0, to: 500 });
    const second = step(first.after, 700);
    expect(second.range).toEqual({ from: 500, to: 700 });
    expect(second.after).toMatchObject({ verified: 700, passPosition: 700, passCompletedAt: now });
    expect(step(second.after, 700).range).toBeNull();
  });

  it('begins a new pass when it is due, interrupts it for what is new, and ends it', () => {
    const done: Progress = { ...none, verified: 700, passPosition: 700, passStartedAt: new Date(0) };
    const begun = step(done, 700, true);
    expect(begun.range).toEqual({ from: 0, to: 500 });
    const grown = step(begun.after, 710);
    expect(grown.range).toEqual({ from: 700, to: 710 });
    expect(grown.after.passPosition).toBe(500);
    const last = step(grown.after, 710);
    expect(last.range).toEqual({ from: 500, to: 710 });
    expect(last.after).toMatchObject({
      verified: 710,
      passPosition: 710,
      passStartedAt: now,
      passCompletedAt: now,
    });
    expect(step(last.after, 710).range).toBeNull();
  });
});
