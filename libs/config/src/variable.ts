import { Secret } from './secret';

/** One environment variable: how it is read, what it is for. */
export interface Variable<T> {
  doc: string;
  /** Text used when it is absent; undefined means it must be given. */
  default?: string;
  optional: boolean;
  /** Shown in .env.example instead of a default. */
  example?: string;
  secret: boolean;
  /** Another name it is read under, when its own is absent. */
  alias?: string;
  /** Turns the text into the value, or throws an Error whose message completes "NAME …". */
  parse: (text: string) => T;
}

interface Options {
  default?: string;
  example?: string;
}

type Parse<T> = (text: string) => T;

/** A variable that must be given unless it has a default. */
function required<T>(doc: string, parse: Parse<T>, options: Options = {}): Variable<T> {
  return { doc, parse, optional: false, secret: false, ...options };
}

/** The same variable, but undefined when absent. */
export function optional<T>(variable: Variable<T>): Variable<T | undefined> {
  return { ...variable, optional: true };
}

/** The same variable, also read under the name another tool gives it. */
export function alsoRead<T>(alias: string, variable: Variable<T>): Variable<T> {
  return { ...variable, alias };
}

/** The same variable, wrapped so that it does not print. */
export function secret<T>(variable: Variable<T>): Variable<Secret<T>> {
  return { ...variable, secret: true, parse: (text) => new Secret(variable.parse(text)) } as Variable<
    Secret<T>
  >;
}

export const text = (doc: string, options?: Options) => required(doc, (value) => value, options);

export const oneOf = <const T extends readonly string[]>(doc: string, words: T, options?: Options) =>
  required<T[number]>(
    doc,
    (value) => {
      if (!words.includes(value)) throw new Error(`must be one of ${words.join(', ')}`);
      return value;
    },
    options,
  );

export const integer = (doc: string, range: { min: number; max: number }, options?: Options) =>
  required(
    doc,
    (value) => {
      const number = Number(value);
      if (!/^-?\d+$/.test(value) || number < range.min || number > range.max) {
        throw new Error(`must be a whole number from ${range.min} to ${range.max}`);
      }
      return number;
    },
    options,
  );

const TRUE = ['true', '1'];
const FALSE = ['false', '0'];

export const flag = (doc: string, options?: Options) =>
  required(
    doc,
    (value) => {
      if (TRUE.includes(value)) return true;
      if (FALSE.includes(value)) return false;
      throw new Error('must be true, 1, false or 0');
    },
    options,
  );

export const url = (doc: string, protocols: readonly string[], options?: Options) =>
  required(
    doc,
    (value) => {
      const parsed = URL.canParse(value) ? new URL(value) : null;
      if (!parsed || !protocols.includes(parsed.protocol.slice(0, -1))) {
        throw new Error(`must be a URL beginning with ${protocols.map((word) => `${word}://`).join(' or ')}`);
      }
      return value;
    },
    options,
  );

/** So many in so many seconds, written `600/60`. */
export const quota = (doc: string, options?: Options) =>
  required(
    doc,
    (value) => {
      const [, max, seconds] = /^(\d{1,9})\/(\d{1,6})$/.exec(value) ?? [];
      if (!Number(max) || !Number(seconds)) throw new Error('must be requests/seconds, such as 600/60');
      return { max: Number(max), windowMs: Number(seconds) * 1000 };
    },
    options,
  );

/** Words separated by commas; blanks are dropped. */
export const list = (doc: string, options?: Options) =>
  required(
    doc,
    (value) =>
      value
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    options,
  );

function keyBytes(value: string, bytes: number): Buffer {
  const decoded = Buffer.from(value, 'base64');
  if (
    decoded.length !== bytes ||
    decoded.toString('base64').replace(/=+$/, '') !== value.replace(/=+$/, '')
  ) {
    throw new Error(`must be ${bytes} bytes in base64`);
  }
  return decoded;
}

/** Exactly so many bytes in base64. */
export const key = (doc: string, bytes: number, options?: Options) =>
  required(doc, (value) => keyBytes(value, bytes), options);

/** Keys as {@link key}, separated by commas; none when empty. */
export const keys = (doc: string, bytes: number) =>
  required(
    doc,
    (value) =>
      value
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean)
        .map((word) => keyBytes(word, bytes)),
    { default: '' },
  );

/** A PEM document; newlines may be written as \n so that it fits on one line. */
export const pem = (doc: string, label: string, options?: Options) =>
  required(
    doc,
    (value) => {
      const document = value.replace(/\\n/g, '\n');
      if (!document.includes(`-----BEGIN ${label}-----`))
        throw new Error(`must be a PEM document (${label})`);
      return document;
    },
    options,
  );
