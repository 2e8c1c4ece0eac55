import { createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import { openEnvelope, sealEnvelope } from './envelope';

const SPKI = { type: 'spki', format: 'der' } as const;

/** Bytes of a raw X25519 public key, at the end of its SPKI form. */
const RAW_KEY_BYTES = 32;
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

function boxKey(shared: Buffer, ephemeral: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, ephemeral, 'restartix sealed box', 32));
}

/**
 * Seals text so that only the holder of the private key opens it (ephemeral X25519, HKDF-SHA-256, AES-256-GCM).
 * Form: `<base64url ephemeral public key>.<envelope>`.
 */
export function sealBox(recipient: KeyObject, plain: string): string {
  const ephemeral = generateKeyPairSync('x25519');
  const raw = ephemeral.publicKey.export(SPKI).subarray(-RAW_KEY_BYTES);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  return `${raw.toString('base64url')}.${sealEnvelope(boxKey(shared, raw), 1, plain, 'sealed-box')}`;
}

/** Opens a sealed box; throws EnvelopeError or a key error when it was not sealed to this key. */
export function openBox(recipient: KeyObject, box: string): string {
  const dot = box.indexOf('.');
  const raw = Buffer.from(box.slice(0, dot), 'base64url');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), ...SPKI });
  const shared = diffieHellman({ privateKey: recipient, publicKey });
  return openEnvelope(boxKey(shared, raw), box.slice(dot + 1), 'sealed-box');
}
