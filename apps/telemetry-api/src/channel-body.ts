import { invalid } from '@restartix/errors';
import { isObject, ShapeFault, type Reader } from './shape';

/** Reads the body of a channel route. Throws validation_error naming the field. */
export function readBody<T>(read: Reader<T>, body: unknown): T {
  try {
    return read(body);
  } catch (error) {
    if (error instanceof ShapeFault) throw invalid([{ field: error.field || 'body', reason: error.reason }]);
    throw error;
  }
}

/** The one list a batch route takes: between 1 and `max` items of any form. Throws validation_error. */
export function readBatch(field: string, max: number, body: unknown): unknown[] {
  const items = isObject(body) ? body[field] : undefined;
  if (Array.isArray(items) && items.length > 0 && items.length <= max) return items;
  throw invalid([{ field, reason: `must be a list of 1 to ${max} items` }]);
}
