import type { TrackedEvent } from '@restartix/contracts';
import { propertyFaults } from './event-properties.policy';

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
