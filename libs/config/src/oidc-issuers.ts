import type { Variable } from './variable';

/** An OpenID Connect provider whose access tokens are accepted. */
export interface OidcIssuer {
  /** As tokens name it, to the letter: Auth0's ends with a slash. */
  issuer: string;
  /** This API, as the provider names it (aud). */
  audience: string;
  /** Claim with the id of the session; "sid" when absent. */
  sessionClaim?: string;
  /** Claim with the active organization; "org_id" when absent. */
  organizationClaim?: string;
  /** Claim with the connection the user signed in by; "connection" when absent. */
  connectionClaim?: string;
}

const FIELDS = ['issuer', 'audience', 'sessionClaim', 'organizationClaim', 'connectionClaim'];

function isIssuer(value: unknown): value is OidcIssuer {
  if (typeof value !== 'object' || value === null) return false;
  const { issuer, audience } = value as OidcIssuer;
  const areTexts = Object.entries(value).every(
    ([name, text]) => FIELDS.includes(name) && typeof text === 'string' && text !== '',
  );
  return areTexts && audience !== undefined && URL.canParse(issuer);
}

/** A JSON list of {@link OidcIssuer}. */
export const oidcIssuers = (doc: string): Variable<OidcIssuer[]> => ({
  doc,
  optional: false,
  secret: false,
  default: '[]',
  parse: (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Error('must be JSON');
    }
    if (!Array.isArray(value) || !value.every(isIssuer)) {
      throw new Error(`must be a list of objects with issuer (a URL) and audience, of ${FIELDS.join(', ')}`);
    }
    return value;
  },
});
