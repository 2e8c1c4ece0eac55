import fc from 'fast-check';
import type { Schema } from './document';
import type { KnownValues } from './known-values';
import { CANARY_SLOT, nastyText } from './strings';
import { brokenValue, mixed, validValue } from './values';

export interface Body {
  text: string;
  encoding: 'utf8' | 'latin1';
}

type Change = (body: unknown) => unknown;

/** Bodies that are no document of any route. */
const RAW = [
  ...[
    '',
    ' ',
    '{',
    '}',
    '[]',
    '[{}]',
    'null',
    'true',
    '1',
    '"x"',
    '{"a":1}{"b":2}',
    '{"a":NaN}',
    "{'a':1}",
    '\ufeff{}',
    '{"a":1,}',
  ],
  ...[
    '{"__proto__":{"role":"superadmin"}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"a":"\\u0000"}',
    '{"a":"\\ud800"}',
  ],
  ...[
    `{"${CANARY_SLOT}":"${CANARY_SLOT}"}`,
    `{"first_name":"${CANARY_SLOT}`,
    `{"\\u0000":1}`,
    '{"a":1e999}',
    '{"a":-0}',
  ],
  `{"first_name":"${'a'.repeat(300_000)}"}`,
  '['.repeat(5000),
  `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
];

/** Bytes that are not UTF-8, or not text. */
const BYTES = [
  '{"first_name":"\xff\xfe","last_name":"x"}',
  '{"a":"\xed\xa0\x80"}',
  '\x1f\x8b\x08\x00\x00',
  '\x00\x01\x02',
  '{"a":"\xc0\x80"}',
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One thing done to a body that fitted: a field broken, dropped, nested in itself, or one that is unknown. */
function change(fields: string[]): fc.Arbitrary<Change> {
  const on = (body: unknown, edit: (copy: Record<string, unknown>) => void): unknown => {
    if (!isObject(body)) return body;
    const copy = { ...body };
    edit(copy);
    return copy;
  };
  const field = fields.length > 0 ? fc.constantFrom(...fields) : fc.constant('x');
  const broken = fc.tuple(field, brokenValue).map(
    ([name, value]): Change =>
      (body) =>
        on(body, (copy) => (copy[name] = value)),
  );
  const dropped = field.map(
    (name): Change =>
      (body) =>
        on(body, (copy) => delete copy[name]),
  );
  const inside = fc.tuple(field, nastyText, brokenValue).map(
    ([name, key, value]): Change =>
      (body) =>
        on(body, (copy) => (copy[name] = { ...(isObject(copy[name]) ? copy[name] : {}), [key]: value })),
  );
  const unknown = fc
    .tuple(
      fc.oneof(nastyText, fc.constantFrom('id', 'organization_id', 'patient_person_id', 'user_id', 'role')),
      brokenValue,
    )
    .map(
      ([key, value]): Change =>
        (body) =>
          on(body, (copy) => (copy[key] = value)),
    );
  return fc.oneof({ weight: 4, arbitrary: broken }, dropped, inside, unknown);
}

/** Bodies for a route with this schema: they fit it, but for so many of a hundred that nearly do, or not at all. */
export function bodyFor(schema: Schema, known: KnownValues, brokenPercent: number): fc.Arbitrary<Body> {
  const fitting = validValue(schema, '', known);
  const utf8 = (value: unknown): Body => ({ text: JSON.stringify(value), encoding: 'utf8' });
  const changes = fc.array(change(Object.keys(schema.properties ?? {})), { minLength: 1, maxLength: 2 });
  const nearly = fc
    .tuple(fitting, changes)
    .map(([body, list]) => list.reduce((value, next) => next(value), body));
  const broken = fc.oneof(
    { weight: 8, arbitrary: nearly.map(utf8) },
    { weight: 1, arbitrary: brokenValue.map(utf8) },
    { weight: 1, arbitrary: rawBody },
  );
  return mixed(brokenPercent, broken, fitting.map(utf8));
}

/** Bodies that fit no route. */
export const rawBody: fc.Arbitrary<Body> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...RAW).map((text): Body => ({ text, encoding: 'utf8' })) },
  { weight: 1, arbitrary: fc.constantFrom(...BYTES).map((text): Body => ({ text, encoding: 'latin1' })) },
);
