import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { CanonicalError, canonicalJson, leafHash } from './index';

const nested = (levels: number): unknown => (levels === 0 ? 'end' : { in: nested(levels - 1) });

/** What the stores keep exactly: the values canonicalJson takes. */
const document = fc.letrec((value) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000')),
    fc.array(value('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((name) => !name.includes('\u0000')),
      value('any'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
})).any;

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, reversed(item)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('canonical JSON', () => {
  it('sorts names by UTF-16 code units (RFC 8785, 3.2.3)', () => {
    const given = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(canonicalJson(given)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('writes every document as the library of RFC 8785’s author does', () => {
    fc.assert(fc.property(document, (value) => expect(canonicalJson(value)).toBe(canonicalize(value))));
  });

  it('escapes what must be escaped and nothing else (RFC 8785, 3.2.2.2)', () => {
    expect(canonicalJson('\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/')).toBe(
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    );
    expect(canonicalJson('\b\t\n\f\r\u0001\u001f\u007f\u2028')).toBe(
      '"\\b\\t\\n\\f\\r\\u0001\\u001f\u007f\u2028"',
    );
  });

  it('writes literals and integers without blanks, in the order of the array', () => {
    expect(canonicalJson({ literals: [null, true, false], numbers: [3, -1, 0, -0, 9007199254740991] })).toBe(
      '{"literals":[null,true,false],"numbers":[3,-1,0,0,9007199254740991]}',
    );
  });

  it('gives the same bytes whatever the order of names, and parses back to the same document', () => {
    fc.assert(
      fc.property(document, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it.each<[string, unknown, string, string]>([
    ['a float', { details: { weight: 71.5 } }, 'details.weight', 'must be an integer below 2^53'],
    ['2^53', { a: [1, 2 ** 53] }, 'a[1]', 'must be an integer below 2^53'],
    ['infinity', { a: Infinity }, 'a', 'must be an integer below 2^53'],
    ['no number', { a: NaN }, 'a', 'must be an integer below 2^53'],
    ['a bigint', { a: 1n }, 'a', 'is not JSON'],
    ['undefined', { a: { b: undefined } }, 'a.b', 'is not JSON'],
    ['a hole in an array', { a: [1, , 2] }, 'a[1]', 'is not JSON'],
    ['NUL in a text', { list: [{ note: 'a\u0000b' }] }, 'list[0].note', 'holds a NUL character'],
    ['NUL in a name', { outer: { 'a\u0000': 1 } }, 'outer', 'holds a NUL character'],
    ['the first half of a character', { a: 'x\ud83d' }, 'a', 'holds half a Unicode character'],
    ['the second half of a character', { a: '\ude00x' }, 'a', 'holds half a Unicode character'],
    ['two first halves', { a: '\ud83d\ud83d\ude00' }, 'a', 'holds half a Unicode character'],
    ['half a character in a name', { 'x\ud83d': 1 }, 'value', 'holds half a Unicode character'],
    ['a function', { a: () => 1 }, 'a', 'is not JSON'],
    ['a date, which would print itself', { a: new Date(0) }, 'a', 'is not JSON'],
    ['bytes', { a: Buffer.from('x') }, 'a', 'is not JSON'],
    ['a map, which would print as nothing', { a: new Map([['x', 1]]) }, 'a', 'is not JSON'],
    [
      'a value that prints something else',
      { a: Object.create({ toJSON: () => 1.5 }) as object },
      'a',
      'is not JSON',
    ],
  ])('refuses %s and names the path', (_, value, path, reason) => {
    const canonicalise = () => canonicalJson(value);
    expect(canonicalise).toThrow(CanonicalError);
    expect(canonicalise).toThrow(`${path} ${reason}`);
  });

  it('takes 32 levels and refuses the 33rd, and a document that holds itself', () => {
    expect(canonicalJson(nested(32))).toContain('"end"');
    expect(() => canonicalJson(nested(33))).toThrow('is nested too deeply');
    const endless: { again?: unknown } = {};
    endless.again = endless;
    expect(() => canonicalJson(endless)).toThrow('is nested too deeply');
  });

  it('keeps the name __proto__ as an ordinary one', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });
});

describe('leaf hash', () => {
  /** Leaves of the reference tree of Certificate Transparency, as text. */
  it.each([
    ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    ['\u0000', '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'],
    ['\u0010', '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7'],
    [' !', '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7'],
    ['01', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'],
    ['@ABC', '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658'],
    ['PQRSTUVW', 'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f'],
    ['`abcdefghijklmno', '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1'],
  ])('of %j is the known one (RFC 6962, 2.1)', (leaf, expected) => {
    expect(leafHash(leaf).toString('hex')).toBe(expected);
  });

  it('is taken over UTF-8 bytes', () => {
    expect(leafHash('€')).toEqual(leafHash(Buffer.from([0xe2, 0x82, 0xac]).toString()));
    expect(leafHash('é')).not.toEqual(leafHash('e\u0301'));
  });
});
