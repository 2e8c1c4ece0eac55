import { DomainError } from '@restartix/errors';

/** Longest token that is looked at; those of the providers are far shorter. */
const LONGEST = 8_192;

/** Signatures by a private key. Neither `none`, nor a secret that the public key could be taken for. */
export const ACCEPTED_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];

/**
 * What a token says of itself, before anything of it is believed: who would have issued it. Throws token_too_large,
 * token_algorithm_refused, or token_invalid when it is no signed token at all.
 */
export function issuerOf(token: string): string {
  if (token.length > LONGEST) throw new DomainError('token_too_large');
  const [head = '', claims = ''] = token.split('.');
  const { alg } = decoded(head);
  if (typeof alg !== 'string' || !ACCEPTED_ALGORITHMS.includes(alg))
    throw new DomainError('token_algorithm_refused');
  const { iss } = decoded(claims);
  if (typeof iss !== 'string') throw new DomainError('token_issuer_unknown');
  return iss;
}

function decoded(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // falls through: what is no JSON is no token
  }
  throw new DomainError('token_invalid');
}
