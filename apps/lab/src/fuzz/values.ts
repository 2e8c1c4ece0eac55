import fc from 'fast-check';
import type { Schema } from './document';
import { checkOf } from './json-schema';
import type { KnownValues } from './known-values';
import { CANARY_SLOT, nastyText, plainText } from './strings';

type Values = fc.Arbitrary<unknown>;

/** So many of a hundred are of the first kind; shrinks to the second. */
export const mixed = <T, U>(
  percent: number,
  first: fc.Arbitrary<T>,
  second: fc.Arbitrary<U>,
): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 100 - percent, arbitrary: second }, { weight: percent, arbitrary: first });

/** Shorter fields hold the canary and nothing else. */
const ROOMY = 40;

const iso = (format: 'date' | 'date-time') => (date: Date) =>
  format === 'date' ? date.toISOString().slice(0, 10) : date.toISOString();
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });

/** Texts of the formats the document names. */
const FORMATTED: Readonly<Record<string, Values>> = {
  uuid: fc.uuid({ version: [4, 7] }),
  date: day.map(iso('date')),
  'date-time': day.map(iso('date-time')),
  email: fc.constant(`${CANARY_SLOT}@fuzz.example`),
  uri: fc.constant(`https://fuzz.example/${CANARY_SLOT}`),
};

function validText({ format, pattern, minLength = 0, maxLength }: Schema): Values {
  if (pattern)
    return fc.stringMatching(new RegExp(pattern)).filter(({ length }) => length <= (maxLength ?? Infinity));
  const formatted = format && FORMATTED[format];
  if (formatted) return formatted;
  const longest = maxLength ?? 200;
  return fc.oneof(
    { weight: 4, arbitrary: longest < ROOMY ? fc.constant(CANARY_SLOT) : plainText },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(longest, 200) }) },
    { weight: 1, arbitrary: fc.constant('b'.repeat(longest)) },
  );
}

function validNumber({ minimum = 0, maximum = 2_147_483_647 }: Schema): Values {
  return fc.oneof(
    fc.constantFrom(minimum, maximum),
    fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) }),
  );
}

function validObject(schema: Schema, known: KnownValues): Values {
  const { properties = {}, required = [], additionalProperties } = schema;
  const named = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, item]) => [name, validValue(item, name, known)]),
    ),
    { requiredKeys: required },
  );
  if (!additionalProperties) return named;
  const free = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z_]{0,11}$/),
    fc.oneof(plainText, fc.integer(), fc.boolean()),
    { maxKeys: 5 },
  );
  return fc.tuple(named, free).map(([own, more]) => ({ ...more, ...own }));
}

function byType(schema: Schema, name: string, known: KnownValues): Values {
  const { type, items, minItems = 0, maxItems = 5 } = schema;
  if (type === 'boolean') return fc.boolean();
  if (type === 'number' || type === 'integer') return validNumber(schema);
  if (type === 'string') return validText(schema);
  if (type === 'array') {
    return fc.array(validValue(items ?? {}, name, known), {
      minLength: minItems,
      maxLength: Math.min(maxItems, minItems + 5),
    });
  }
  return validObject(schema, known);
}

/** Whether a value fits a schema. */
function fitsOf(schema: Schema): (value: unknown) => boolean {
  const check = checkOf(schema, { formats: true });
  return (value) => check(value) === null;
}

/** Values the document promises to take. */
export function validValue(schema: Schema, name: string, known: KnownValues): Values {
  const parts = schema.allOf ?? schema.oneOf ?? schema.anyOf;
  const whole = parts ? fc.oneof(...parts.map((part) => validValue(part, name, known))) : undefined;
  const plain = whole ?? (schema.enum ? fc.constantFrom(...schema.enum) : byType(schema, name, known));
  const real = schema.enum ? [] : known.for(name, schema).filter(fitsOf(schema));
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: real.length > 0 ? 6 : 0, arbitrary: real.length > 0 ? fc.constantFrom(...real) : plain },
    { weight: schema.nullable ? 1 : 0, arbitrary: fc.constant(null) },
  );
}

const NUMBERS = [
  -1,
  0,
  -0,
  0.5,
  101,
  100_001,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  1e308,
  5e-324,
];
const junk = fc.jsonValue({ maxDepth: 3 });
const deep = fc
  .integer({ min: 20, max: 3000 })
  .map((depth) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1));

/** Values of the wrong type, past the bounds, or strange in themselves. */
export const brokenValue: Values = fc.oneof(
  { weight: 6, arbitrary: nastyText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(...NUMBERS, null, true, false, [], {}, [[]], [null], { $ne: null }),
  },
  { weight: 2, arbitrary: junk },
  { weight: 1, arbitrary: deep },
);
