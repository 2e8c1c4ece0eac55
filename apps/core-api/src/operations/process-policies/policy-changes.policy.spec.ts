import { policyChanges } from './policy-changes.policy';

describe('changes of what a process started with', () => {
  const quota = { max: 60, windowMs: 60_000 };

  it('are none when only the order of the words is another', () => {
    expect(policyChanges({ a: 1, b: { windowMs: 60_000, max: 60 } }, { b: quota, a: 1 })).toEqual({});
  });

  it('are what became another value, what came and what went', () => {
    const after = { IDLE: 10, LIMIT: { ...quota, max: 30 }, NEW: 1 };
    expect(policyChanges({ IDLE: 15, LIMIT: quota, GONE: 2 }, after)).toEqual({
      GONE: { old: 2 },
      IDLE: { old: 15, new: 10 },
      LIMIT: { old: quota, new: { max: 30, windowMs: 60_000 } },
      NEW: { new: 1 },
    });
  });
});
