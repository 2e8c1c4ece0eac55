import { Ajv, type ErrorObject } from 'ajv';
import type { Schema } from './document';

/** What an answer's text must look like. A date-time is RFC 3339 with a zone. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  email: /^\S+@\S+$/,
  hostname: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
};

const COPIED = [
  ...(['type', 'enum', 'pattern', 'format', 'required'] as const),
  ...(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const),
];

/**
 * The schema in JSON Schema's words: `nullable` becomes null as an alternative, and an object has no properties but
 * those it lists (an answer that says more than its document is untrue).
 */
export function toJsonSchema(schema: Schema): object {
  const { nullable, properties, items, additionalProperties } = schema;
  const each = (schemas: Schema[]) => schemas.map(toJsonSchema);
  const result = {
    ...Object.fromEntries(COPIED.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]])),
    ...(items && { items: toJsonSchema(items) }),
    ...(schema.allOf && { allOf: each(schema.allOf) }),
    ...(schema.oneOf && { oneOf: each(schema.oneOf) }),
    ...(schema.anyOf && { anyOf: each(schema.anyOf) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, item]) => [name, toJsonSchema(item)]),
      ),
      additionalProperties: false,
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? toJsonSchema(additionalProperties) : additionalProperties,
    }),
  };
  return nullable ? { anyOf: [result, { type: 'null' }] } : result;
}

/** What is wrong with a value, or null. */
export type Check = (value: unknown) => string | null;

export interface CheckOptions {
  /** Whether texts are held to their format; a service may take more than it says. */
  formats: boolean;
  /** Whether texts count as the numbers and booleans they spell, as in a query. */
  coerce?: boolean;
}

/** The check of values against a schema without references. */
export function checkOf(schema: Schema, { formats, coerce = false }: CheckOptions): Check {
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    coerceTypes: coerce,
    formats: formats ? FORMATS : anyFormat(),
  });
  const validate = ajv.compile(toJsonSchema(schema));
  return (value) => (validate(value) ? null : (validate.errors ?? []).map(describe).join('; '));
}

/** Where and what, never the value. */
function describe({ instancePath, message, params }: ErrorObject): string {
  const { additionalProperty } = params as { additionalProperty?: string };
  return `${instancePath || 'the whole'} ${message ?? ''}${additionalProperty ? ` (${additionalProperty})` : ''}`;
}

const anyFormat = () => Object.fromEntries(Object.keys(FORMATS).map((name) => [name, true as const]));
