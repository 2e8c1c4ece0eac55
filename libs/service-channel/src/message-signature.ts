import { createHash, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { httpbis, type Request as SignedMessage } from 'http-message-signatures';

/** Components every message of the channel is signed over, in this order (RFC 9421). */
const FIELDS = ['@method', '@path', 'content-digest', 'content-type'];
const PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'alg'];

/** How long a message may be on its way, in seconds. */
export const WINDOW_SECONDS = 60;

/** How far ahead the sender's clock may run, in seconds. */
export const SKEW_SECONDS = 5;

/** What a verified signature says about its message. Unix seconds. */
export interface VerifiedSignature {
  created: number;
  nonce: string;
  keyId: string;
}

/** Signs a request; returns its headers with `Signature` and `Signature-Input` added. `now` in milliseconds. */
export async function signRequest(
  message: SignedMessage,
  key: { id: string; privateKey: KeyObject },
  now = Date.now(),
): Promise<Record<string, string>> {
  const signed = await httpbis.signMessage(
    {
      key: { id: key.id, alg: 'ed25519', sign: async (data) => sign(null, data, key.privateKey) },
      fields: FIELDS,
      params: PARAMETERS,
      paramValues: {
        created: new Date(now),
        expires: new Date(now + WINDOW_SECONDS * 1000),
        nonce: randomBytes(16).toString('base64url'),
      },
    },
    message,
  );
  return signed.headers as Record<string, string>;
}

/**
 * Checks the one signature of a request against the accepted keys: every component covered, age within the window.
 * Null when any of it does not hold. `now` in milliseconds.
 */
export async function verifyRequest(
  message: SignedMessage,
  keys: ReadonlyMap<string, KeyObject>,
  now = Date.now(),
): Promise<VerifiedSignature | null> {
  const seconds = Math.floor(now / 1000);
  const found: VerifiedSignature[] = [];
  try {
    const valid = await httpbis.verifyMessage(
      {
        all: true,
        notAfter: seconds + SKEW_SECONDS,
        requiredFields: FIELDS,
        requiredParams: PARAMETERS,
        keyLookup: async (parameters) => {
          const id = String(parameters.keyid);
          const key = keys.get(id);
          if (!key) return null;
          found.push({
            created: Math.floor(Number(parameters.created) / 1000),
            nonce: String(parameters.nonce),
            keyId: id,
          });
          return { id, algs: ['ed25519'], verify: async (data, mark) => verify(null, data, key, mark) };
        },
      },
      message,
    );
    const signature = found[0];
    if (valid !== true || found.length !== 1 || !signature) return null;
    return isFresh(signature, seconds) ? signature : null;
  } catch {
    return null; // a signature that cannot be read is as good as none
  }
}

/** The library compares ages with its own clock; this one is the caller's, and it decides. */
function isFresh({ created, nonce }: VerifiedSignature, seconds: number): boolean {
  return nonce.length >= 16 && nonce.length <= 128 && seconds - created <= WINDOW_SECONDS;
}

/** Short fixed-length form of a nonce for the cache, bound to its key. */
export function nonceId({ keyId, nonce }: VerifiedSignature): string {
  return createHash('sha256').update(`${keyId}.${nonce}`).digest('base64url').slice(0, 22);
}
