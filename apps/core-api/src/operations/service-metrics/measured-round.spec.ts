import { MeasuredRound, type Sample } from './measured-round';

const NOON = Date.UTC(2026, 10, 25, 12);
const sample = (fields: Partial<Sample> = {}): Sample => ({
  organizationId: 1,
  userId: '019a0000-0000-7000-8000-000000000001',
  role: 'specialist',
  method: 'GET',
  route: '/v1/patients/:id',
  status: 200,
  durationMs: 12.3456,
  ...fields,
});

it('keeps every duration by organization, minute, route and status', () => {
  const round = new MeasuredRound(100);
  round.add(sample(), NOON);
  round.add(sample({ durationMs: 20 }), NOON + 59_999);
  round.add(sample({ status: 500 }), NOON);
  round.add(sample(), NOON + 60_000);
  round.add(sample({ organizationId: 2 }), NOON);
  const measured = round.drain();
  expect(
    measured.get(1)?.api.map(({ minute, status, durations_ms }) => [minute, status, durations_ms]),
  ).toEqual([
    ['2026-11-25T12:00:00.000Z', 200, [12.346, 20]],
    ['2026-11-25T12:00:00.000Z', 500, [12.346]],
    ['2026-11-25T12:01:00.000Z', 200, [12.346]],
  ]);
  expect(measured.get(2)?.api).toHaveLength(1);
  expect(round.drain().size).toBe(0);
});

it('counts what members of the staff did, of nobody else', () => {
  const round = new MeasuredRound(100);
  round.add(sample(), NOON);
  round.add(sample({ status: 404 }), NOON);
  round.add(sample({ role: 'patient' }), NOON);
  round.add(sample({ role: 'superadmin' }), NOON);
  round.add(sample({ role: 'anonymous', userId: null, organizationId: 0 }), NOON);
  expect(round.drain().get(1)?.staff).toMatchObject([
    { role: 'specialist', activity: 'GET /v1/patients/:id', uses: 2, failures: 1, duration_ms: 24.692 },
  ]);
});

it('takes no more than it may hold', () => {
  const round = new MeasuredRound(2);
  expect([sample(), sample(), sample()].map((one) => round.add(one, NOON))).toEqual([true, true, false]);
  round.drain();
  expect(round.add(sample(), NOON)).toBe(true);
});
