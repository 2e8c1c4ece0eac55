import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  EnvelopeError,
  envelopeVersion,
  isEnvelope,
  openEnvelope,
  openEnvelopeBytes,
  sealEnvelope,
} from './index';

const KEY = randomBytes(32);
const PLACE = '1:patients:first_name:0192f3a1-1234-7123-8123-123456789012';
const bodyOf = (envelope: string) => Buffer.from(envelope.split('.')[2]!, 'base64url');
const withBody = (body: Buffer) => `e1.1.${body.toString('base64url')}`;

describe('envelope', () => {
  it('gives back the text it was made from, under any key and in any place', () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        keys,
        text,
        text,
        fc.integer({ min: 1, max: 999_999_999 }),
        (bytes, plain, place, version) => {
          const key = Buffer.from(bytes);
          const envelope = sealEnvelope(key, version, plain, place);
          expect(isEnvelope(envelope)).toBe(true);
          expect(envelopeVersion(envelope)).toBe(version);
          expect(openEnvelope(key, envelope, place)).toBe(plain);
        },
      ),
    );
  });

  it('gives back bytes that are no text', () => {
    const secret = Buffer.from([0xff, 0x00, 0xfe]);
    expect(openEnvelopeBytes(KEY, sealEnvelope(KEY, 1, secret, PLACE), PLACE)).toEqual(secret);
  });

  it('never makes the same envelope twice', () => {
    const made = Array.from({ length: 100 }, () => sealEnvelope(KEY, 1, 'Maria', PLACE));
    expect(new Set(made).size).toBe(100);
  });

  it('does not show the text it holds', () => {
    const body = bodyOf(sealEnvelope(KEY, 1, 'Maria Ionescu', PLACE));
    expect(body.includes('Maria')).toBe(false);
  });

  it('refuses another key', () => {
    const envelope = sealEnvelope(KEY, 1, 'Maria', PLACE);
    expect(() => openEnvelope(randomBytes(32), envelope, PLACE)).toThrow(EnvelopeError);
  });

  it.each([
    ['organization', '2:patients:first_name:0192f3a1-1234-7123-8123-123456789012'],
    ['column', '1:patients:last_name:0192f3a1-1234-7123-8123-123456789012'],
    ['row', '1:patients:first_name:0192f3a1-1234-7123-8123-123456789013'],
    ['nowhere', ''],
  ])('refuses another place: %s', (_, place) => {
    const envelope = sealEnvelope(KEY, 1, 'Maria', PLACE);
    expect(() => openEnvelope(KEY, envelope, place)).toThrow(EnvelopeError);
  });

  it('refuses a changed bit, wherever it is', () => {
    const body = bodyOf(sealEnvelope(KEY, 1, 'Maria Ionescu', PLACE));
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = Buffer.from(body);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openEnvelope(KEY, withBody(changed), PLACE)).toThrow(EnvelopeError);
    }
  });

  it('refuses every shortening, so that no tag can be cut to a length that is guessed', () => {
    const body = bodyOf(sealEnvelope(KEY, 1, '', PLACE));
    for (let length = 1; length < body.length; length++) {
      expect(() => openEnvelope(KEY, withBody(body.subarray(0, length)), PLACE)).toThrow(EnvelopeError);
    }
  });

  it('refuses a tag of four bytes without trying it', () => {
    const twelveBytes = withBody(randomBytes(12)); // its last four bytes were once taken for the tag
    const open = () => openEnvelope(KEY, twelveBytes, PLACE);
    expect(open).toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({ code: 'ERR_CRYPTO_INVALID_AUTH_TAG' }) as Error,
      }) as Error,
    );
  });

  it('refuses a second spelling of the same bytes', () => {
    const envelope = sealEnvelope(KEY, 1, 'Mar', PLACE); // 31 bytes: the last letter has unused bits
    const last = envelope.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelt = envelope.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]!;
    expect(Buffer.from(respelt.split('.')[2]!, 'base64url')).toEqual(bodyOf(envelope));
    expect(() => openEnvelope(KEY, respelt, PLACE)).toThrow(EnvelopeError);
  });

  it.each(['', 'Maria', 'e1.1.', 'e1..AAAA', 'e2.1.AAAA', 'e1.1.AA+A', 'e1.1.AAAA\n', 'e1.1234567890.AAAA'])(
    'does not take %j for an envelope',
    (text) => {
      expect(isEnvelope(text)).toBe(false);
      expect(() => openEnvelope(KEY, text, PLACE)).toThrow(EnvelopeError);
    },
  );
});
