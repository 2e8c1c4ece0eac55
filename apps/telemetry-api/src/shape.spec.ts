import { readBatch, readBody } from './channel-body';
import {
  dateTime,
  day,
  flag,
  integer,
  nullable,
  object,
  oneOf,
  optional,
  ShapeFault,
  text,
  uuid,
} from './shape';

const faultOf = (read: () => unknown): ShapeFault | undefined => {
  try {
    read();
    return undefined;
  } catch (error) {
    return error as ShapeFault;
  }
};

describe('a reader', () => {
  it.each([
    [
      'a UUID in lower case',
      uuid,
      '0190C6A5-0000-7000-8000-ABCDEFABCDEF',
      '0190c6a5-0000-7000-8000-abcdefabcdef',
    ],
    [
      'a time in UTC with milliseconds',
      dateTime,
      '2026-03-29T02:30:00.123456+01:00',
      '2026-03-29T01:30:00.123Z',
    ],
    ['a day', day, '2028-02-29', '2028-02-29'],
    ['a whole number', integer(0, 10), 10, 10],
    ['a flag', flag, false, false],
    ['a word of a list', oneOf(['a', 'b']), 'b', 'b'],
    ['null', nullable(uuid), null, null],
    ['an absent nullable as null', nullable(uuid), undefined, null],
    ['an absent optional', optional(uuid), undefined, undefined],
  ])('gives %s', (_, read, given, expected) => {
    expect(read(given)).toBe(expected);
  });

  it.each<[string, (value: unknown) => unknown, unknown]>([
    ['a text that is no UUID', uuid, 'patient-7'],
    ['a time without an offset', dateTime, '2026-03-29T02:30:00'],
    ['a time that is none', dateTime, '2026-13-29T02:30:00Z'],
    ['a day that is none', day, '2027-02-29'],
    ['a fraction', integer(0, 10), 1.5],
    ['a number past its bounds', integer(0, 10), 11],
    ['a number as text', integer(0, 10), '7'],
    ['a flag as text', flag, 'yes'],
    ['a word of no list', oneOf(['a', 'b']), 'c'],
    ['a text that is too long', text(3), 'abcd'],
    ['a text of another form', text(3, /^a/), 'b'],
    ['a number as a text', text(3), 1],
  ])('refuses %s without repeating it', (_, read, given) => {
    const fault = faultOf(() => read(given));
    expect(fault).toBeInstanceOf(ShapeFault);
    expect(fault?.message).not.toContain(String(given));
  });
});

describe('an object', () => {
  const read = object<{ id: string; inner: { n: number } }>({
    id: uuid,
    inner: object({ n: integer(0, 1) }),
  });
  const id = '0190c6a5-0000-7000-8000-abcdefabcdef';

  it.each([
    ['a field that is wrong, by its path', { id, inner: { n: 2 } }, 'inner.n'],
    ['a field that is missing', { inner: { n: 1 } }, 'id'],
    ['a field that nobody knows', { id, inner: { n: 1 }, extra: 1 }, 'extra'],
    ['an inner field that nobody knows', { id, inner: { n: 1, more: 1 } }, 'inner.more'],
    [
      'a name that may hold anything, without repeating it',
      { id, inner: { n: 1 }, 'Anna Example 1980': 1 },
      'a field',
    ],
    ['a list in its place', { id, inner: [] }, 'inner'],
  ])('names %s', (_, given, field) => {
    expect(faultOf(() => read(given))?.field).toBe(field);
  });
});

describe('a channel body', () => {
  it('is refused as validation_error that names the field', () => {
    const error = faultOf(() => readBody(object({ n: integer(0, 1) }), { n: 'x' }));
    expect(error).toMatchObject({ code: 'validation_error', errors: [{ field: 'n' }] });
  });

  it.each([undefined, null, [], {}, { items: {} }, { items: [] }, { items: [1, 2, 3] }])(
    'of a batch is refused: %j',
    (body) => {
      expect(faultOf(() => readBatch('items', 2, body))).toMatchObject({ errors: [{ field: 'items' }] });
    },
  );

  it('of a batch gives its items, whatever they are', () => {
    expect(readBatch('items', 2, { items: [null, 'x'] })).toEqual([null, 'x']);
  });
});
