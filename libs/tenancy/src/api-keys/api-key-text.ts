import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Where a key is good: `live` in production, `test` everywhere else, so that neither is taken for the other. */
export type ApiKeyRealm = 'live' | 'test';

/** A key as its holder has it, with what is kept of it. */
export interface MintedApiKey {
  /** The whole key; kept nowhere. */
  key: string;
  /** What it is found by: not secret, unique by 64 random bits. */
  lookup: string;
  /** SHA-256 of the whole key, hexadecimal. A digest suffices: 256 random bits are not guessed. */
  hash: string;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LOOKUP_BYTES = 8;
const SECRET_BYTES = 32;
/** Letters that hold so many bytes in base 62. */
const [LOOKUP_LENGTH, SECRET_LENGTH, CHECK_LENGTH] = [11, 43, 6];

/** `rx_live_` and 60 letters: look-up, secret and checksum, so that a scanner of secrets knows one when it sees it. */
const KEY = new RegExp(
  `^rx_(live|test)_([0-9A-Za-z]{${LOOKUP_LENGTH}})[0-9A-Za-z]{${SECRET_LENGTH}}[0-9A-Za-z]{${CHECK_LENGTH}}$`,
);

export function mintApiKey(realm: ApiKeyRealm): MintedApiKey {
  const lookup = base62(randomBytes(LOOKUP_BYTES), LOOKUP_LENGTH);
  const text = `rx_${realm}_${lookup}${base62(randomBytes(SECRET_BYTES), SECRET_LENGTH)}`;
  const key = text + checksum(text);
  return { key, lookup, hash: hashOf(key) };
}

/** What a presented key is found by; null when it cannot be one of ours, which its checksum tells without a look. */
export function lookupIn(key: string, realm: ApiKeyRealm): string | null {
  const [, ofRealm, lookup] = KEY.exec(key) ?? [];
  const isWhole = checksum(key.slice(0, -CHECK_LENGTH)) === key.slice(-CHECK_LENGTH);
  return lookup !== undefined && ofRealm === realm && isWhole ? lookup : null;
}

/** Whether a presented key is the one of a stored hash, in constant time. */
export function isKeyOf(key: string, hash: string): boolean {
  const [presented, stored] = [Buffer.from(hashOf(key)), Buffer.from(hash)];
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}

/** How a key begins, for lists and for people. */
export const prefixOf = (lookup: string, realm: ApiKeyRealm): string => `rx_${realm}_${lookup}`;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return base62(bytes, CHECK_LENGTH);
}

function base62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let count = 0; count < length; count += 1) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
