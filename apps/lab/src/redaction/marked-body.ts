import { randomUUID } from 'node:crypto';
import { sample, stringMatching } from 'fast-check';
import type { Schema } from '../fuzz/document';
import { checkOf } from '../fuzz/json-schema';
import type { Marks } from './marks';

/** Fields of free-form objects by which a client would betray a person; in others only a shape can. */
const FREE = ['first_name', 'patient_name', 'email', 'phone', 'address', 'notes'] as const;

/** Texts of the formats that can carry a mark, and of those that cannot. */
function formatted(format: string, marks: Marks): string | undefined {
  const makers: Readonly<Record<string, () => string>> = {
    uuid: randomUUID,
    date: () => marks.day(),
    'date-time': () => new Date().toISOString(),
    email: () => marks.email(),
    uri: () => `https://${marks.text(10)}.example/`,
  };
  return makers[format]?.();
}

interface Patterned {
  fits: (text: string) => boolean;
  example: string;
}

/** Both take long to make, and the same schema is asked for with each request. */
const patterned = new Map<Schema, Patterned>();

function patternOf(schema: Schema, pattern: string): Patterned {
  const known = patterned.get(schema);
  if (known) return known;
  const check = checkOf(schema, { formats: false });
  const fits = (text: string) => check(text) === null;
  const named = typeof schema.example === 'string' ? schema.example : '';
  const [sampled = ''] = fits(named)
    ? [named]
    : sample(stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 1 });
  const made = { fits, example: sampled };
  patterned.set(schema, made);
  return made;
}

function markedText(schema: Schema, marks: Marks): string {
  const made = schema.format && formatted(schema.format, marks);
  if (made) return made;
  if (!schema.pattern) return marks.text(schema.maxLength);
  const { fits, example } = patternOf(schema, schema.pattern);
  const phone = marks.phone();
  return fits(phone) ? phone : example;
}

function markedObject({ properties = {}, additionalProperties }: Schema, marks: Marks): object {
  const own = Object.entries(properties).map(([name, item]) => [name, markedValue(item, marks)]);
  const free = additionalProperties ? freeFields(marks) : {};
  return { ...free, ...Object.fromEntries(own) };
}

/** Under names of their own, and by their shape under a name that says nothing. */
const freeFields = (marks: Marks): object => ({
  ...Object.fromEntries(FREE.map((name) => [name, marks.text()])),
  sent_to: marks.email(),
  called: `from ${marks.phone()}`,
  on_day: marks.day(),
});

/** Formats that can carry a mark. */
const MARKED_FORMATS: readonly (string | undefined)[] = [undefined, 'email', 'date'];

function isMarkable(schema: Schema, marks: Marks): boolean {
  const { type, format, pattern, enum: values } = schema;
  if (type !== 'string' || values) return false;
  return pattern ? patternOf(schema, pattern).fits(marks.phone()) : MARKED_FORMATS.includes(format);
}

/** The same body with marks in the texts that may be anything; `adds`: also in those that it leaves out. */
export function withMarks(schema: Schema, value: unknown, marks: Marks, adds: boolean): unknown {
  const [part] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (part) return withMarks(part, value, marks, adds);
  if (Array.isArray(value)) return value.map((item) => withMarks(schema.items ?? {}, item, marks, adds));
  if (typeof value !== 'object' || value === null)
    return isMarkable(schema, marks) ? markedText(schema, marks) : value;
  const given = value as Record<string, unknown>;
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, item]) => {
    if (name in given) return [[name, withMarks(item, given[name], marks, adds)]];
    return adds && isMarkable(item, marks) ? [[name, markedText(item, marks)]] : [];
  });
  return { ...given, ...Object.fromEntries(fields) };
}

/** A value of the schema with a mark in every text that can carry one. */
export function markedValue(schema: Schema, marks: Marks): unknown {
  const [part] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (part) return markedValue(part, marks);
  if (schema.enum) return schema.enum[0];
  const { minimum = 1, items = {} } = schema;
  const makers: Readonly<Record<string, () => unknown>> = {
    string: () => markedText(schema, marks),
    boolean: () => true,
    number: () => minimum,
    integer: () => minimum,
    array: () => [markedValue(items, marks)],
  };
  return (makers[schema.type ?? ''] ?? (() => markedObject(schema, marks)))();
}
