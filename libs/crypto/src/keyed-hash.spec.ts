import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { blindIndex, deriveKey, keyedHash, signText, verifyText } from './index';

const KEY = randomBytes(32);
const text = fc.string({ unit: 'grapheme' });

describe('keyed hash', () => {
  it('is HMAC-SHA-256 of the parts with their lengths', () => {
    // HMAC-SHA-256(key = 32 × 0x01, "3:abc0:2:é"): computed once with another implementation.
    expect(keyedHash(Buffer.alloc(32, 1), 'abc', '', 'é')).toBe(
      'LHLACGCsw81DIGCBDf3Ipm1XWsn9iBxOpijMu1CgvtY',
    );
  });

  it('tells apart every way of cutting the same text into parts', () => {
    expect(keyedHash(KEY, 'ab', 'c')).not.toBe(keyedHash(KEY, 'a', 'bc'));
    expect(keyedHash(KEY, 'abc')).not.toBe(keyedHash(KEY, 'abc', ''));
    expect(keyedHash(KEY, '1:a', 'b')).not.toBe(keyedHash(KEY, '1:a1:b'));
  });

  it('differs with every key, and every derived key is its own', () => {
    const keys = [KEY, randomBytes(32), deriveKey(KEY, 'patients'), deriveKey(KEY, 'cursors')];
    expect(new Set(keys.map((key) => keyedHash(key, 'abc'))).size).toBe(4);
    expect(deriveKey(KEY, 'patients')).toEqual(deriveKey(KEY, 'patients'));
    expect(deriveKey(KEY, 'patients')).toHaveLength(32);
  });
});

describe('blind index', () => {
  it('is the same for the same text in one organization and column', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(blindIndex(KEY, 1, 'email', value)).toBe(blindIndex(KEY, 1, 'email', value));
        expect(blindIndex(KEY, 1, 'email', value)).toMatch(/^[\w-]{22}$/);
      }),
    );
  });

  it('has nothing in common between two organizations, two columns or two keys', () => {
    fc.assert(
      fc.property(text, (value) => {
        const indexes = [
          blindIndex(KEY, 1, 'email', value),
          blindIndex(KEY, 2, 'email', value),
          blindIndex(KEY, 1, 'phone', value),
          blindIndex(deriveKey(KEY, 'other'), 1, 'email', value),
        ];
        expect(new Set(indexes).size).toBe(4);
      }),
    );
  });

  it('does not confuse the number of an organization with the beginning of a column', () => {
    expect(blindIndex(KEY, 1, '1email', 'x')).not.toBe(blindIndex(KEY, 11, 'email', 'x'));
  });
});

describe('signed text', () => {
  it('gives back what was signed', () => {
    fc.assert(fc.property(text, (value) => expect(verifyText(KEY, signText(KEY, value))).toBe(value)));
  });

  it('refuses another key', () => {
    expect(verifyText(deriveKey(KEY, 'other'), signText(KEY, '{"page":2}'))).toBeNull();
  });

  it('refuses every changed, added or missing character', () => {
    const signed = signText(KEY, '{"organization":1}');
    for (let index = 0; index < signed.length; index++) {
      const other = signed[index] === 'A' ? 'B' : 'A';
      expect(verifyText(KEY, signed.slice(0, index) + other + signed.slice(index + 1))).toBeNull();
      expect(verifyText(KEY, signed.slice(0, index) + signed.slice(index + 1))).toBeNull();
      expect(verifyText(KEY, signed.slice(0, index))).toBeNull();
    }
    expect(verifyText(KEY, `${signed}A`)).toBeNull();
    expect(verifyText(KEY, `A${signed}`)).toBeNull();
  });

  it("refuses one text's signature under another", () => {
    const [payload] = signText(KEY, 'organization 2').split('.');
    const [, mac] = signText(KEY, 'organization 1').split('.');
    expect(verifyText(KEY, `${payload}.${mac}`)).toBeNull();
  });

  it.each(['', '.', 'x', '.AAAAAAAAAAAAAAAAAAAAAA', '\u0000', '€.€'])('refuses %j', (signed) => {
    expect(verifyText(KEY, signed)).toBeNull();
  });
});
