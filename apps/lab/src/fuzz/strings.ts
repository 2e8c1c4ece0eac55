import fc from 'fast-check';

/**
 * Stands in a generated request for its canary: a text that is its own and must appear in no log. A private use
 * character, so that nothing else writes it.
 */
export const CANARY_SLOT = '\ue000';

/** Texts that have broken programs: each means something to somebody below. */
const TROUBLE = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'x\udfffy',
    '\ud83d',
    '\ufeff',
    '\u202egnp.exe',
    '\u2028',
    '\x1b[31m',
    '\x7f',
  ],
  ...['İstanbul', 'ß', 'ﷺ', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤', '👩‍👩‍👧‍👦', '𝒳', 'é', '\u0065\u0301', '١٢٣'],
  ...["' or 1=1--", '"; drop table patients; --', '$1', '\\', '%', '_', '%s%n', '${7*7}', '{{7*7}}', '$(id)'],
  ...[
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '\r\nset-cookie: a=b',
    '%00',
    '%ud800',
    '\\u0000',
    '\\ud800',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    'true',
    '[]',
    '{}',
    '-0',
    '1e400',
    '0x10',
    '1_000',
    '9'.repeat(400),
    '-1',
    '1.5',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'infinity', '0001-01-01T00:00:00Z BC'],
  ...[
    'e1.1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'e1.999999999.AAAA',
    'e1.',
    '[protected]',
    '[unreadable]',
  ],
  ...[
    '9999-99-99',
    '0000-01-01',
    '2024-02-30',
    '275760-09-13T00:00:00.001Z',
    '1900-01-01T00:00:00+14:00',
    '24:00',
  ],
  ...['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '{}'.repeat(50)],
];

/** Texts nobody should have to expect. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TROUBLE) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 12_000 }).map((length) => 'a'.repeat(length)) },
);

/** Texts people do write, each with the canary in it. */
export const plainText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', 'Ana', 'O’Neill-', 'Ștefan ', '李', 'a+b ', '"q" '),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  )
  .map(([head, tail]) => (head + CANARY_SLOT + tail).replace(/[\p{Cc}]/gu, ''));

/** As a path or query is written: half characters too, which encodeURIComponent refuses. */
export function percentEncoded(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.charCodeAt(0);
      if (character.length === 2 || code < 0xd800 || code > 0xdfff) return encodeURIComponent(character);
      return `%${[0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)].map(hex).join('%')}`;
    })
    .join('');
}

const hex = (byte: number) => byte.toString(16).toUpperCase();

/** The slot as it stands in a path or query. */
export const ENCODED_SLOT = encodeURIComponent(CANARY_SLOT);
