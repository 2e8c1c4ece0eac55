import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const FORMAT = 'e1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** An envelope that cannot be opened: wrong key, wrong place, or changed bytes. */
export class EnvelopeError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EnvelopeError';
  }
}

/** Nonces are cut from one larger draw: a call of the generator for each would cost more than the encryption. */
const NONCES_PER_DRAW = 512;
let drawn = Buffer.alloc(0);

function freshNonce(): Buffer {
  if (drawn.length < NONCE_BYTES) drawn = randomBytes(NONCE_BYTES * NONCES_PER_DRAW);
  const nonce = drawn.subarray(0, NONCE_BYTES);
  drawn = drawn.subarray(NONCE_BYTES);
  return nonce;
}

/**
 * Encrypts text with AES-256-GCM under a 32-byte key. `place` is the associated data: an envelope opens only in the
 * place it was made for (organization, table, column, row). Form: `e1.<key version>.<base64url nonce‖text‖tag>`.
 */
export function sealEnvelope(key: Buffer, version: number, plain: string | Buffer, place: string): string {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${FORMAT}.${version}.${body.toString('base64url')}`;
}

/** The key version an envelope was sealed under; throws EnvelopeError when it is no envelope. */
export function envelopeVersion(envelope: string): number {
  const match = /^e1\.(\d{1,9})\.[\w-]+$/.exec(envelope);
  if (!match) throw new EnvelopeError('This is not an envelope');
  return Number(match[1]);
}

/** Whether a text has the form of an envelope. */
export function isEnvelope(text: unknown): text is string {
  return typeof text === 'string' && /^e1\.\d{1,9}\.[\w-]+$/.test(text);
}

/** Opens an envelope to bytes; throws EnvelopeError when key, place or bytes are not the ones it was made with. */
export function openEnvelopeBytes(key: Buffer, envelope: string, place: string): Buffer {
  envelopeVersion(envelope);
  const text = envelope.slice(envelope.lastIndexOf('.') + 1);
  const body = Buffer.from(text, 'base64url');
  if (body.toString('base64url') !== text) throw new EnvelopeError('This is not an envelope');
  try {
    const nonce = body.subarray(0, NONCE_BYTES);
    // Without the length Node takes a tag of four bytes, which can be guessed.
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    return Buffer.concat([
      decipher.update(body.subarray(NONCE_BYTES, body.length - TAG_BYTES)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new EnvelopeError('The envelope does not open here', cause);
  }
}

/** Opens an envelope to text; see {@link openEnvelopeBytes}. */
export function openEnvelope(key: Buffer, envelope: string, place: string): string {
  return openEnvelopeBytes(key, envelope, place).toString();
}
