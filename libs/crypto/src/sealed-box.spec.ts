import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { openBox, sealBox } from './index';

const recipient = generateKeyPairSync('x25519');
const stranger = generateKeyPairSync('x25519');

describe('sealed box', () => {
  it('opens with the private key to the text it was made from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
        expect(openBox(recipient.privateKey, sealBox(recipient.publicKey, plain))).toBe(plain);
      }),
    );
  });

  it('is refused to another key', () => {
    const box = sealBox(recipient.publicKey, 'exercise.completed');
    expect(() => openBox(stranger.privateKey, box)).toThrow('The envelope does not open here');
  });

  it('is never the same twice', () => {
    const boxes = Array.from({ length: 20 }, () => sealBox(recipient.publicKey, 'x').split('.')[0]);
    expect(new Set(boxes).size).toBe(20);
  });

  it("refuses one box's key with another's envelope", () => {
    const [key] = sealBox(recipient.publicKey, 'one').split('.');
    const [, ...envelope] = sealBox(recipient.publicKey, 'two').split('.');
    expect(() => openBox(recipient.privateKey, [key, ...envelope].join('.'))).toThrow();
  });

  it('refuses a changed bit anywhere in it', () => {
    const [key, format, version, body] = sealBox(recipient.publicKey, 'x').split('.') as [
      string,
      string,
      string,
      string,
    ];
    const flip = (text: string, bit: number) => {
      const bytes = Buffer.from(text, 'base64url');
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      return bytes.toString('base64url');
    };
    for (let bit = 0; bit < 32 * 8; bit++)
      expect(() =>
        openBox(recipient.privateKey, [flip(key, bit), format, version, body].join('.')),
      ).toThrow();
    for (let bit = 0; bit < 29 * 8; bit++)
      expect(() =>
        openBox(recipient.privateKey, [key, format, version, flip(body, bit)].join('.')),
      ).toThrow();
  });

  it.each(['', '.', 'x.e1.1.AAAA', 'e1.1.AAAA', `${Buffer.alloc(32).toString('base64url')}.e1.1.AAAA`])(
    'refuses %j, which is no box',
    (box) => {
      expect(() => openBox(recipient.privateKey, box)).toThrow();
    },
  );
});
