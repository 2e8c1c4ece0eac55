import { statsPeriod } from './stats-period.policy';

describe('period of statistics', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');

  it('is the last seven days, or the seven up to a day', () => {
    expect(statsPeriod({}, now)).toEqual({ from: '2026-02-23', to: '2026-03-01' });
    expect(statsPeriod({ to: '2026-01-03' }, now)).toEqual({ from: '2025-12-28', to: '2026-01-03' });
    expect(statsPeriod({ from: '2026-02-01' }, now)).toEqual({ from: '2026-02-01', to: '2026-03-01' });
  });

  it('is at least a day and at most 366', () => {
    expect(statsPeriod({ from: '2026-03-01', to: '2026-03-01' }, now).from).toBe('2026-03-01');
    expect(statsPeriod({ from: '2025-03-01', to: '2026-03-01' }, now).from).toBe('2025-03-01');
    for (const query of [
      { from: '2026-03-02', to: '2026-03-01' },
      { from: '2025-02-28', to: '2026-03-01' },
      { from: '2026-03-02' },
    ]) {
      expect(() => statsPeriod(query, now)).toThrow(expect.objectContaining({ code: 'validation_error' }));
    }
  });
});
