import { canonicalJson } from '@restartix/crypto';
import type { Line } from './verdict';

/** An escape, or half a pair: texts that need a closer look. */
const UNUSUAL = /[\\\ud800-\udfff]/;
const USUAL_DEPTH = 16;
/** Whole numbers that are surely exact. */
const USUAL_DIGITS = 15;
/** Where a value ends that may not be canonical; no character stands there. */
const UNSURE = -1;

const [QUOTE, COMMA, MINUS, ZERO, NINE, COLON] = [0x22, 0x2c, 0x2d, 0x30, 0x39, 0x3a];
const [ARRAY, END_OF_ARRAY, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The object or null that a text is the canonical JSON (RFC 8785) of; undefined when it is of none: nothing in the text
 * can be read in two ways. `around`: levels of the line that hold the text.
 */
export function canonicalObject(text: string, around = 0): Line | null | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && isCanonical(value, text, around) ? (value as Line | null) : undefined;
  } catch {
    return undefined; // not JSON, or not of a form that has canonical bytes
  }
}

/** Told without writing the value anew where the usual is at hand: plain texts and short whole numbers. */
function isCanonical(value: object | null, text: string, around: number): boolean {
  if (!UNUSUAL.test(text) && valueEnd(text, 0, 0) === text.length) return true;
  return canonicalJson(value, around) === text;
}

/**
 * Where the value that begins at a place of a text of JSON ends, when it is surely canonical: without blanks, names in
 * the order of UTF-16 code units and none twice, numbers whole. {@link UNSURE} where it may not be.
 */
function valueEnd(text: string, at: number, depth: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return text.indexOf('"', at + 1) + 1;
  if (first === OBJECT) return objectEnd(text, at + 1, depth + 1);
  if (first === ARRAY) return arrayEnd(text, at + 1, depth + 1);
  if (first === MINUS || isDigit(first)) return numberEnd(text, at);
  for (const word of ['null', 'true', 'false']) if (text.startsWith(word, at)) return at + word.length;
  return UNSURE;
}

function objectEnd(text: string, start: number, depth: number): number {
  if (text.charCodeAt(start) === END_OF_OBJECT) return start + 1;
  if (depth > USUAL_DEPTH) return UNSURE;
  let last: string | undefined;
  for (let at = start; text.charCodeAt(at) === QUOTE; at += 1) {
    const close = text.indexOf('"', at + 1);
    const name = text.slice(at + 1, close);
    const isNext = last === undefined || name > last;
    if (!isNext || text.charCodeAt(close + 1) !== COLON) return UNSURE;
    at = valueEnd(text, close + 2, depth);
    if (text.charCodeAt(at) === END_OF_OBJECT) return at + 1;
    if (text.charCodeAt(at) !== COMMA) return UNSURE;
    last = name;
  }
  return UNSURE;
}

function arrayEnd(text: string, start: number, depth: number): number {
  if (text.charCodeAt(start) === END_OF_ARRAY) return start + 1;
  if (depth > USUAL_DEPTH) return UNSURE;
  for (let at = start; ; at += 1) {
    at = valueEnd(text, at, depth);
    if (text.charCodeAt(at) === END_OF_ARRAY) return at + 1;
    if (text.charCodeAt(at) !== COMMA) return UNSURE;
  }
}

function numberEnd(text: string, start: number): number {
  const digits = text.charCodeAt(start) === MINUS ? start + 1 : start;
  let at = digits;
  while (isDigit(text.charCodeAt(at))) at += 1;
  const isPlain = text.charCodeAt(digits) !== ZERO || at === start + 1;
  return isPlain && at - digits <= USUAL_DIGITS ? at : UNSURE;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
