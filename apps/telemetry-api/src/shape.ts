/** A value that is not what it should be: where, and why. Never the value itself. */
export class ShapeFault extends Error {
  constructor(
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field} ${reason}`);
    this.name = 'ShapeFault';
  }
}

/** Reads an unknown value as T in its canonical form, or throws a {@link ShapeFault} without a field. */
export type Reader<T> = (value: unknown) => T;

export type Shape<T> = { readonly [K in keyof T]-?: Reader<T[K]> };

const fault = (reason: string): never => {
  throw new ShapeFault('', reason);
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE_TIME = /^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^[1-9]\d{3}-\d{2}-\d{2}$/;

/** A UUID in lower case. */
export const uuid: Reader<string> = (value) =>
  typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : fault('must be a UUID');

/** ISO 8601 with an offset, as UTC with milliseconds. */
export const dateTime: Reader<string> = (value) => {
  const time = typeof value === 'string' && DATE_TIME.test(value) ? new Date(value) : new Date(NaN);
  return Number.isNaN(time.getTime()) ? fault('must be a date-time with an offset') : time.toISOString();
};

/** A day of the calendar as YYYY-MM-DD. */
export const day: Reader<string> = (value) => {
  const time = typeof value === 'string' && DAY.test(value) ? new Date(`${value}T00:00:00Z`) : new Date(NaN);
  const real = !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === value;
  return real ? (value as string) : fault('must be a day as YYYY-MM-DD');
};

/** A whole number within bounds. */
export const integer =
  (min: number, max: number): Reader<number> =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : fault(`must be a whole number from ${min} to ${max}`);

/** An organization's id; 0 is the platform. */
export const organizationId = integer(0, 2_147_483_647);

/** Text of at most so many characters, of a given form where there is one. */
export const text =
  (max: number, form?: RegExp): Reader<string> =>
  (value) => {
    if (typeof value !== 'string' || value.length > max)
      return fault(`must be text of at most ${max} characters`);
    return form && !form.test(value) ? fault('has the wrong form') : value;
  };

export const flag: Reader<boolean> = (value) =>
  typeof value === 'boolean' ? value : fault('must be true or false');

/** One word of a list. */
export const oneOf = <T extends string | number>(words: readonly T[]): Reader<T> => {
  const known = new Set<unknown>(words);
  return (value) => (known.has(value) ? (value as T) : fault(`must be one of ${words.join(', ')}`));
};

/** The same, or null; absent reads as null. */
export const nullable =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null || value === undefined ? null : read(value);

/** The same, or absent. */
export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value) =>
    value === undefined ? undefined : read(value);

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with exactly these fields. The fault names the field, with a dot for each level. */
export function object<T extends object>(shape: Shape<T>): Reader<T> {
  const fields = Object.entries(shape) as [string, Reader<unknown>][];
  return (value) => {
    if (!isObject(value)) return fault('must be an object');
    const result: Record<string, unknown> = {};
    for (const [field, read] of fields) result[field] = readField(field, read, value[field]);
    for (const field of Object.keys(value)) {
      if (!Object.hasOwn(shape, field)) throw new ShapeFault(unknownName(field), 'is not known here');
    }
    return result as T;
  };
}

function readField(field: string, read: Reader<unknown>, value: unknown): unknown {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof ShapeFault)) throw error;
    throw new ShapeFault(error.field ? `${field}.${error.field}` : field, error.reason);
  }
}

/** The name of a field nobody knows may itself hold anything: only a plain word is repeated. */
function unknownName(field: string): string {
  return /^[a-z_]{1,64}$/i.test(field) ? field : 'a field';
}
