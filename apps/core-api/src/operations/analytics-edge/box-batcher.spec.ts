import { BoxBatcher, type BoxResult } from './box-batcher';

const stored = (stored: number): BoxResult => ({ status: 'stored', stored });
const LIMITS = { boxes: 3, characters: 100, delayMs: 1 };

/** A batcher whose batches are kept, each open until its turn is let go. */
function holding(limits = LIMITS) {
  const batches: string[][] = [];
  const letGo: (() => void)[] = [];
  const batcher = new BoxBatcher(async (boxes) => {
    batches.push(boxes);
    await new Promise<void>((resolve) => letGo.push(resolve));
    return boxes.map((box) => stored(Number(box)));
  }, limits);
  const reached = async (count: number) => {
    while (batches.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { batcher, batches, letGo, reached };
}

describe('batches of boxes', () => {
  it('give each caller the result of its own box', async () => {
    const batcher = new BoxBatcher(
      (boxes) => Promise.resolve(boxes.map((box) => stored(Number(box)))),
      LIMITS,
    );
    const results = await Promise.all(['1', '2', '3', '4'].map((box) => batcher.add(box)));
    expect(results.map((result) => result.stored)).toEqual([1, 2, 3, 4]);
  });

  it('leave one at a time, and gather meanwhile, in order', async () => {
    const { batcher, batches, letGo, reached } = holding();
    const all = Promise.all(['1', '2', '3', '4', '5', '6', '7'].map((box) => batcher.add(box)));
    await reached(1);
    expect(batches).toEqual([['1', '2', '3']]);
    for (const turn of [1, 2, 3]) {
      await reached(turn);
      letGo[turn - 1]?.();
    }
    await all;
    expect(batches).toEqual([['1', '2', '3'], ['4', '5', '6'], ['7']]);
  });

  it('are bounded in size, and a large box travels alone', async () => {
    const batches: number[][] = [];
    const batcher = new BoxBatcher(
      (boxes) => {
        batches.push(boxes.map((box) => box.length));
        return Promise.resolve(boxes.map(() => stored(1)));
      },
      { ...LIMITS, characters: 10 },
    );
    await Promise.all([6, 4, 6, 50, 1].map((length) => batcher.add('x'.repeat(length))));
    expect(batches).toEqual([[6, 4], [6], [50], [1]]);
  });

  it('fail as a whole when they cannot be sent, and the next one is sent all the same', async () => {
    let isAway = true;
    const batcher = new BoxBatcher(
      (boxes) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(boxes.map(() => stored(1)))),
      LIMITS,
    );
    const outcomes = await Promise.allSettled([batcher.add('1'), batcher.add('2')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    expect(await batcher.add('3')).toEqual(stored(1));
  });

  it('do not let a box without a result count as delivered', async () => {
    const batcher = new BoxBatcher(() => Promise.resolve([stored(1)]), LIMITS);
    const outcomes = await Promise.allSettled([batcher.add('1'), batcher.add('2')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
