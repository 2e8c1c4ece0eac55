import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Steps a code may be early or late: clocks differ, and typing takes time. */
const DRIFT = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The time step a moment is in (RFC 6238). */
export const stepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / STEP_SECONDS);

/** The code of a time step: HMAC-SHA-1 with dynamic truncation (RFC 4226, 5.3). */
export function totpCode(secret: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The time step a code belongs to, within a step of now and after the last one that was accepted; null when it is
 * wrong, too old, or was used already.
 */
export function acceptedStep(secret: Buffer, code: string, now: Date, lastStep: number): number | null {
  let accepted: number | null = null;
  for (let step = stepAt(now) - DRIFT; step <= stepAt(now) + DRIFT; step += 1) {
    const isRight = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code));
    if (isRight && step > lastStep) accepted = step;
  }
  return accepted;
}

/** Base32 without padding (RFC 4648), as authenticator apps and recovery codes write bytes. */
export function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((value << (5 - bits)) & 31) : text;
}

/** The address an authenticator app reads from a QR code. Names the platform and no person. */
export const otpauthUri = (secret: Buffer): string =>
  `otpauth://totp/RestartiX?secret=${base32(secret)}&issuer=RestartiX&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
