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

function markedText(schema: Schema, marks: Marks): string {
  const made = schema.format && formatted(schema.format, marks);
  if (made) return made;
  if (!schema.pattern) return marks.text(schema.maxLength);
  const fits = checkOf(schema, { formats: false });
  const fitting = [marks.phone(), String(schema.example)].find((text) => fits(text) === null);
  const [example = ''] = sample(stringMatching(new RegExp(schema.pattern)), { numRuns: 1, seed: 1 });
  return fitting ?? example;
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
