import { knownProperties, propertyFaults } from './event-properties.policy';

type Properties = Parameters<typeof propertyFaults>[0];
const fields = (properties: object) => propertyFaults(properties as Properties).map(({ field }) => field);

describe('properties of events', () => {
  it('are up to twenty plain values', () => {
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`p${n}`, n]));
    for (const right of [{}, { text: 'x', count: 1.5, flag: false, none: null }, twenty])
      expect(fields(right)).toEqual([]);
    expect(fields({ ...twenty, one_more: 1 })).toEqual(['properties']);
  });

  it.each([
    ['a list', { set: [1] }],
    ['an object', { set: { a: 1 } }],
    ['a number no store holds', { set: Number.POSITIVE_INFINITY }],
    ['a long text', { set: 'x'.repeat(201) }],
  ])('are refused as %s, by the name of the field', (_, properties) => {
    expect(fields(properties)).toEqual(['properties.set']);
  });

  it.each(['', 'Name', 'a b', '1a', 'x'.repeat(41), 'maria@example.org'])(
    'are refused under the name "%s"',
    (name) => {
      expect(fields({ [name]: 1 })).toHaveLength(1);
    },
  );

  it('are kept when they are on the list and of its kind; the others are named', () => {
    const given = { exercise: 'squat', sets: 3, done: true, screen: null };
    expect(knownProperties(given)).toEqual({ known: given, leftOut: [] });
    const { known, leftOut } = knownProperties({
      ...given,
      note: 'anything',
      exercise: 'Ana Iliescu',
      sets: 'many',
      done: 1,
      source: 'ana@clinic.example',
    });
    expect(known).toEqual({ screen: null });
    expect(leftOut.map(({ field }) => field)).toEqual([
      'properties.exercise',
      'properties.sets',
      'properties.done',
      'properties.note',
      'properties.source',
    ]);
  });
});
