import { hash } from 'node:crypto';

/** A value whose canonical bytes would be ambiguous or would not survive a store. */
export class CanonicalError extends Error {
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`${path || 'value'} ${reason}`);
    this.name = 'CanonicalError';
  }
}

const DEEPEST = 32;

/** With the u flag a whole pair is one character: only a half matches. */
const HALF_CHARACTER = /\p{Cs}/u;

function checkText(text: string, path: string): void {
  if (text.includes('\u0000')) throw new CanonicalError(path, 'holds a NUL character');
  if (HALF_CHARACTER.test(text)) throw new CanonicalError(path, 'holds half a Unicode character');
}

/** Whether a thing is what it looks like: no Date, Map or Buffer, and nothing that would print itself otherwise. */
function isRecord(value: object): boolean {
  const prints = typeof (value as { toJSON?: unknown }).toJSON === 'function';
  return !prints && Object.prototype.toString.call(value) === '[object Object]';
}

function checkScalar(value: unknown, path: string): void {
  if (typeof value === 'string') return checkText(value, path);
  if (typeof value === 'boolean') return;
  if (typeof value !== 'number') throw new CanonicalError(path, 'is not JSON');
  if (!Number.isSafeInteger(value)) throw new CanonicalError(path, 'must be an integer below 2^53');
}

function check(value: unknown, path: string, depth: number): void {
  if (depth > DEEPEST) throw new CanonicalError(path, 'is nested too deeply');
  if (value === null) return;
  if (typeof value !== 'object') return checkScalar(value, path);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`, depth + 1);
    return;
  }
  if (!isRecord(value)) throw new CanonicalError(path, 'is not JSON');
  for (const [name, item] of Object.entries(value)) {
    checkText(name, path);
    check(item, path ? `${path}.${name}` : name, depth + 1);
  }
}

/**
 * RFC 8785 canonical JSON, restricted to what every store keeps exactly: integers below 2^53, no floats, whole
 * Unicode text without NUL, at most 32 levels with those `around` the value where it is to be read. Throws
 * CanonicalError naming the path otherwise.
 */
export function canonicalJson(value: unknown, around = 0): string {
  try {
    return written(value, around);
  } catch (error) {
    check(value, '', around); // says where
    throw error;
  }
}

/** Printable ASCII without what JSON escapes: nearly every text there is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  checkText(text, '');
  return JSON.stringify(text);
}

/** The text of a value, written while it is looked at: this runs for every event that is stored or verified. */
function written(value: unknown, depth: number): string {
  if (depth > DEEPEST) throw new CanonicalError('', 'is nested too deeply');
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'null';
  if (typeof value !== 'object') {
    checkScalar(value, '');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item) => written(item, depth + 1)).join(',')}]`;
  if (!isRecord(value)) throw new CanonicalError('', 'is not JSON');
  const record = value as Record<string, unknown>;
  let text = '';
  for (const name of Object.keys(record).sort()) {
    text += `${text && ','}${quoted(name)}:${written(record[name], depth + 1)}`;
  }
  return `{${text}}`;
}

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ bytes). */
export function leafHash(canonical: string): Buffer {
  return hash('sha256', `\u0000${canonical}`, 'buffer');
}
