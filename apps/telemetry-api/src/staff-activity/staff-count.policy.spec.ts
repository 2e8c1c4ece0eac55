import { countsOf, type Doing } from './staff-count.policy';

const USER = '01a2065f-0000-7000-8000-000000000001';
const at = (time: string, more: Partial<Doing> = {}): Doing => ({
  organization_id: 1,
  user_id: USER,
  user_role: 'specialist',
  action: 'view',
  resource_type: 'patient',
  timestamp: new Date(time),
  ...more,
});

describe('what staff did', () => {
  it('is counted by day, activity and kind of thing, from the first to the last of them in whatever order', () => {
    const counts = countsOf([
      at('2026-03-01T12:00:00Z'),
      at('2026-03-01T09:00:00Z'),
      at('2026-03-01T23:59:59.999Z'),
      at('2026-03-02T00:00:00Z'),
      at('2026-03-01T12:00:00Z', { action: 'update' }),
      at('2026-03-01T12:00:00Z', { resource_type: 'visit' }),
      at('2026-03-01T12:00:00Z', { organization_id: 2 }),
    ]);
    expect(counts.map(({ event_count }) => event_count)).toEqual([3, 1, 1, 1, 1]);
    expect(counts[0]).toEqual({
      ...{ organization_id: 1, user_id: USER, user_role: 'specialist', day: '2026-03-01' },
      ...{ activity: 'view', resource_type: 'patient', event_count: 3 },
      first_at: new Date('2026-03-01T09:00:00Z'),
      last_at: new Date('2026-03-01T23:59:59.999Z'),
    });
  });

  it('is nothing of what patients, nobody and the system did', () => {
    const others = [{ user_role: 'patient' }, { user_id: null }, { user_role: 'system' }] as const;
    expect(countsOf(others.map((more) => at('2026-03-01T12:00:00Z', more)))).toEqual([]);
  });
});
