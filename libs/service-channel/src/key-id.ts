import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** Id of an Ed25519 public key: its RFC 7638 thumbprint (SHA-256 over the JWK's required members), base64url. */
export function keyId(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

/**
 * Reads one or more Ed25519 public keys, one PEM after another, into key id → key. Throws when there is none or one
 * of them is of another kind.
 */
export function readPublicKeys(pems: string): Map<string, KeyObject> {
  const documents = pems.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [];
  const keys = documents.map((document) => createPublicKey(document));
  if (keys.length === 0 || keys.some((key) => key.asymmetricKeyType !== 'ed25519')) {
    throw new Error('The keys of the service channel must be Ed25519 public keys');
  }
  return new Map(keys.map((key) => [keyId(key), key]));
}
