import { careStateAt, periodFaults } from './care-relationship.policy';

const at = (time: string) => new Date(`2026-05-01T${time}Z`);
const NOW = at('12:00:00.000');

describe('a care relationship', () => {
  it.each([
    ['active', at('12:00:00.000'), null, null],
    ['planned', at('12:00:00.001'), null, null],
    ['active', at('09:00:00.000'), at('12:00:00.001'), null],
    ['expired', at('09:00:00.000'), at('12:00:00.000'), null],
    ['closed', at('09:00:00.000'), at('10:00:00.000'), at('09:30:00.000')],
    ['closed', at('13:00:00.000'), null, at('11:00:00.000')],
  ])('is %s when opened %p, expiring %p and closed %p', (state, opened_at, expires_at, closed_at) => {
    expect(careStateAt({ opened_at, expires_at, closed_at }, NOW)).toBe(state);
  });

  it('takes a period that begins now or later and ends after it began', () => {
    expect(periodFaults({}, NOW)).toEqual([]);
    expect(periodFaults({ opened_at: NOW, expires_at: at('12:00:00.001') }, NOW)).toEqual([]);
    const fields = (period: Parameters<typeof periodFaults>[0]) =>
      periodFaults(period, NOW).map(({ field }) => field);
    expect(fields({ opened_at: at('11:59:59.999') })).toEqual(['opened_at']);
    expect(fields({ expires_at: NOW })).toEqual(['expires_at']);
    expect(fields({ opened_at: at('13:00:00.000'), expires_at: at('13:00:00.000') })).toEqual(['expires_at']);
  });
});
