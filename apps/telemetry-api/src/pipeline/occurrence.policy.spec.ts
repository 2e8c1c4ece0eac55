import { believableTime, quarterOf } from './occurrence.policy';

const RECEIVED = '2026-07-01T12:00:00.000Z';

it.each([
  ['a moment ago', '2026-07-01T11:59:59.000Z', true],
  ['last year', '2025-07-01T12:00:00.000Z', true],
  ['hours ahead', '2026-07-02T11:00:00.000Z', true],
  ['days ahead', '2026-07-03T12:00:00.000Z', false],
  ['before the table keeps a row', '2024-06-01T12:00:00.000Z', false],
  ['the birth of the clock', '1970-01-01T00:00:00.000Z', false],
])('believes a clock that says %s: %s %s', (_, timestamp, believed) => {
  expect(believableTime(timestamp, RECEIVED)).toBe(believed ? timestamp : RECEIVED);
});

it.each([
  ['2026-01-01T00:00:00.000Z', '2026-01-01'],
  ['2026-03-31T23:59:59.999Z', '2026-01-01'],
  ['2026-06-15T00:00:00.000Z', '2026-04-01'],
  ['2026-12-31T23:59:59.999Z', '2026-10-01'],
])('%s lies in the quarter from %s', (time, quarter) => {
  expect(quarterOf(time)).toBe(quarter);
});
