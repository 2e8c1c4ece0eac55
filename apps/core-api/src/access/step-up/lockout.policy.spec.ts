import { afterFailure, waitOf, type Attempts } from './lockout.policy';

const now = new Date('2026-01-01T00:00:00Z');

describe('wrong answers of an account', () => {
  it('cost nothing twice, then ever more, and the tenth an hour', () => {
    let attempts: Attempts = { failures: 0, locked_until: null };
    const waits = Array.from({ length: 11 }, () => {
      attempts = afterFailure(attempts, now);
      return waitOf(attempts, now) / 1000;
    });
    expect(waits).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 64, 3600, 3600]);
  });

  it('are a lock-out from the tenth on', () => {
    expect(afterFailure({ failures: 8, locked_until: null }, now).isLockOut).toBe(false);
    expect(afterFailure({ failures: 9, locked_until: null }, now).isLockOut).toBe(true);
  });

  it('are forgiven when the time is over', () => {
    const locked = { failures: 10, locked_until: new Date(now.getTime() + 1000) };
    expect(waitOf(locked, now)).toBe(1000);
    expect(waitOf(locked, new Date(now.getTime() + 1000))).toBe(0);
  });
});
