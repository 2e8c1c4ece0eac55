import type { FieldError } from '@restartix/contracts';
import { invalid } from '@restartix/errors';
import { nameFault, textFault } from './plain-json';

function decode(text: string): string {
  return decodeURIComponent(text.replace(/\+/g, ' '));
}

function pairFault(name: string, value: string, seen: object): FieldError | undefined {
  if (Object.hasOwn(seen, name)) return { field: name.slice(0, 200), reason: 'must be given once' };
  return nameFault(name, '') ?? textFault(value, name);
}

/**
 * A query string as name → text. Throws URIError for malformed percent-encoding and `validation_error` for a name
 * that is given twice, for names of object internals, and for text no store keeps.
 */
export function parseQuery(text: string | null): Record<string, string> {
  const query: Record<string, string> = {};
  for (const part of text?.split('&') ?? []) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    const fault = pairFault(name, value, query);
    if (fault) throw invalid([fault]);
    query[name] = value;
  }
  return query;
}
