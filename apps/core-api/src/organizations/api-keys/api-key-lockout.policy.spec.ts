import { afterWrongKey, LOCK_MS, waitOf } from './api-key-lockout.policy';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);

describe('wrong API keys', () => {
  it('lock out when there are too many within an hour, for an hour', () => {
    const second = afterWrongKey(afterWrongKey(undefined, at(0), 3), at(LOCK_MS - 1), 3);
    expect(second).toEqual({ failures: 2, last_failed_at: at(LOCK_MS - 1), locked_until: null });
    const third = afterWrongKey(second, at(LOCK_MS), 3);
    expect(third).toMatchObject({ failures: 3, locked_until: at(2 * LOCK_MS) });
  });

  it('are forgotten after an hour without one, so that a lock is over when its time is', () => {
    const locked = afterWrongKey({ failures: 9, last_failed_at: at(0) }, at(1), 10);
    expect(afterWrongKey(locked, at(LOCK_MS + 1), 10)).toMatchObject({ failures: 1, locked_until: null });
  });

  it('keep out whatever of the two is locked longer, to the millisecond', () => {
    const rows = [
      { network_locked_until: at(10), key_locked_until: null },
      { network_locked_until: at(10), key_locked_until: at(20) },
    ];
    expect(waitOf(rows, { now: at(0), isAtHome: false })).toBe(20);
    expect(waitOf(rows, { now: at(20), isAtHome: false })).toBe(0);
    expect(waitOf([], { now: at(0), isAtHome: false })).toBe(0);
  });

  it('keep no right key out of where it is used', () => {
    const rows = [{ network_locked_until: at(10), key_locked_until: at(10) }];
    expect(waitOf(rows, { now: at(0), isAtHome: true })).toBe(0);
  });
});
