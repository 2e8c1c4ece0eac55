import fc from 'fast-check';
import { canonicalJson } from '@restartix/crypto';
import { canonicalObject } from './canonical-text';

/** What canonicalObject must answer, told by writing the value anew. */
function written(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Texts that look like JSON: what is put together of its tokens, and documents with a character changed. */
const token = fc.constantFrom(
  ...'{}[],:-" \\',
  '"a":',
  '"b":',
  '"":',
  '{"a":',
  '0',
  '12',
  '1.5',
  '1e3',
  'null',
  'true',
  '"é"',
);
const document = fc.jsonValue().map((value) => JSON.stringify(value));
const changed = fc
  .tuple(document, fc.nat(), token)
  .map(([text, at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1));
const sorted = fc.jsonValue().map((value) => {
  try {
    return canonicalJson(value);
  } catch {
    return '{}';
  }
});

describe('the object a text is the canonical JSON of', () => {
  it.each([
    ['names that go on from each other', '{"a":1,"aa":{"b":[1,"x",null,true]}}', true],
    ['null', 'null', true],
    ['an empty object, an empty list', '{"a":{},"b":[]}', true],
    ['a text that looks like the end of a name', '{"a":"}:,{"}', true],
    ['an escape', '{"a":"\\n\\"\\u000f"}', true],
    ['names that are numbers', '{"10":1,"9":2}', true],
    ['the largest numbers', '{"a":9007199254740991,"b":-9007199254740991}', true],
    ['a character of two halves', '{"a":"😀"}', true],
    ['an empty name before others', '{"":1,"a":2}', true],
    ['names out of order', '{"b":1,"a":2}', false],
    ['a name twice', '{"a":1,"a":2}', false],
    ['an empty name twice', '{"":1,"":2}', false],
    ['a blank', '{"a": 1}', false],
    ['a blank at the end', '{"a":1} ', false],
    ['a number too large', '{"a":9007199254740992}', false],
    ['minus zero', '{"a":-0}', false],
    ['a fraction that is whole', '{"a":1.0}', false],
    ['an escape that need not be', '{"a":"\\u0061"}', false],
    ['a text, a list and a number', '"a"', false],
    ['half a character', '{"a":"\\ud800"}', false],
  ])('%s', (_, text, isOne) => {
    expect(canonicalObject(text) !== undefined).toBe(isOne);
  });

  it('is told of every text as by writing it anew', () => {
    const texts = fc.oneof(
      document,
      changed,
      sorted,
      fc.array(token, { maxLength: 12 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => expect(canonicalObject(text)).toEqual(written(text))),
      { numRuns: 3_000, seed: 4 },
    );
  });
});
