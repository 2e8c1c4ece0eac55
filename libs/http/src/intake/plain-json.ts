import type { FieldError } from '@restartix/contracts';

/** Deepest nesting of a body: well past every DTO, well short of any stack. */
const MAX_DEPTH = 32;
/** What every object has: `__proto__`, `constructor`, and names such as `toString` that validation would pass over. */
const FORBIDDEN_NAMES = new Set(Object.getOwnPropertyNames(Object.prototype));

/** NUL, or half of a surrogate pair: no store keeps them. */
const UNSTORABLE = /[\0\p{Cs}]/u;

const fault = (field: string, reason: string): FieldError => ({ field: field.slice(0, 200), reason });

/** Why a text cannot be taken in, or undefined when it can. */
export function textFault(text: string, field: string): FieldError | undefined {
  return UNSTORABLE.test(text) ? fault(field, 'must be text without NUL or half characters') : undefined;
}

/** Why a name cannot be taken in as the name of a field, or undefined when it can. */
export function nameFault(name: string, parent: string): FieldError | undefined {
  if (FORBIDDEN_NAMES.has(name))
    return fault(parent ? `${parent}.${name}` : name, 'is not a name for a field');
  if (UNSTORABLE.test(name)) return fault(parent || 'body', 'holds a name with NUL or half characters');
  return undefined;
}

function objectFault(value: object, path: string, depth: number): FieldError | undefined {
  for (const name of Object.keys(value)) {
    const found =
      nameFault(name, path) ??
      valueFault((value as Record<string, unknown>)[name], path ? `${path}.${name}` : name, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function arrayFault(values: unknown[], path: string, depth: number): FieldError | undefined {
  for (let index = 0; index < values.length; index++) {
    const found = valueFault(values[index], `${path}[${index}]`, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function valueFault(value: unknown, path: string, depth: number): FieldError | undefined {
  if (typeof value === 'string') return textFault(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) return fault(path, 'is nested too deeply');
  return Array.isArray(value) ? arrayFault(value, path, depth) : objectFault(value, path, depth);
}

/** Why a parsed body cannot be taken in, or undefined when it can: it is one object of storable text. */
export function bodyFault(body: unknown): FieldError | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return fault('body', 'must be a JSON object');
  }
  return objectFault(body, '', 0);
}
