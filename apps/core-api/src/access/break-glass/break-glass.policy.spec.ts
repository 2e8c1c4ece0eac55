import { breakGlassStateAt, isPurposeOf, reviewStateAt } from './break-glass.policy';

const OPENED = new Date('2026-05-01T12:00:00.000Z');
const after = (minutes: number, milliseconds = 0) =>
  new Date(OPENED.getTime() + minutes * 60_000 + milliseconds);

describe('break-glass', () => {
  it('is for treatment when staff open it, and for everything else when the platform does', () => {
    expect(isPurposeOf('specialist', 'emergency')).toBe(true);
    expect(isPurposeOf('superadmin', 'emergency')).toBe(false);
    for (const purpose of ['support_ticket', 'security_incident', 'data_subject_request'] as const)
      expect([isPurposeOf('specialist', purpose), isPurposeOf('superadmin', purpose)]).toEqual([false, true]);
  });

  it('is over when its term is reached, or when it was closed before', () => {
    const row = { expires_at: after(30), closed_at: null };
    expect(breakGlassStateAt(row, after(30, -1))).toBe('open');
    expect(breakGlassStateAt(row, after(30))).toBe('expired');
    expect(breakGlassStateAt({ ...row, closed_at: after(10) }, after(40))).toBe('closed');
  });

  it('waits for two people to look at it, a day long', () => {
    const row = { opened_at: OPENED };
    expect(reviewStateAt(row, 1, after(24 * 60, -1))).toBe('due');
    expect(reviewStateAt(row, 1, after(24 * 60))).toBe('overdue');
    expect(reviewStateAt(row, 2, after(24 * 60))).toBe('reviewed');
  });
});
