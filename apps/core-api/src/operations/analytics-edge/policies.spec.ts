import type { TrackedEvent } from '@restartix/contracts';
import { propertyFaults } from './event-properties.policy';
import { statsPeriod } from './stats-period.policy';

const event = (properties?: object): TrackedEvent =>
  ({ name: 'a.b', timestamp: '2026-01-01T00:00:00Z', properties }) as TrackedEvent;
const fields = (...events: TrackedEvent[]) => propertyFaults(events).map(({ field }) => field);

describe('properties of events', () => {
  it('are up to twenty plain values', () => {
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`p${n}`, n]));
    expect(fields(event(), event({ text: 'x', count: 1.5, flag: false, none: null }), event(twenty))).toEqual(
      [],
    );
    expect(fields(event({ ...twenty, one_more: 1 }))).toEqual(['events[0].properties']);
  });

  it.each([
    ['a list', { set: [1] }],
    ['an object', { set: { a: 1 } }],
    ['a number no store holds', { set: Number.POSITIVE_INFINITY }],
    ['a long text', { set: 'x'.repeat(201) }],
  ])('are refused as %s, by the name of the field', (_, properties) => {
    expect(fields(event({}), event(properties))).toEqual(['events[1].properties.set']);
  });

  it.each(['', 'Name', 'a b', '1a', 'x'.repeat(41), 'maria@example.org'])(
    'are refused under the name "%s"',
    (name) => {
      expect(fields(event({ [name]: 1 }))).toHaveLength(1);
    },
  );
});

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
