import { ClerkLab } from '@restartix/vendor-lab';
import type { DevelopmentKeys } from '../keys/development-keys';
import { LAB_ISSUER, LAB_ORIGIN } from '../keys/service-environment';
import type { ProvisionedOrganization } from '../provision/provision';

export interface TokenOptions {
  /** The user's id at the identity provider. */
  subject: string;
  organization?: { id: string; slug: string; role: string };
  /** A month when absent: longer than a lab runs. */
  expiresInSeconds?: number;
  sessionId?: string;
  /** Claims put in last; undefined removes one. */
  overrides?: Record<string, unknown>;
}

const A_MONTH = 30 * 24 * 3600;

/** Mints session tokens that the services of an installation accept. */
export function tokenMint(keys: DevelopmentKeys): (options: TokenOptions) => string {
  const clerk = new ClerkLab(keys.clerk);
  return (options) =>
    clerk.mintSessionToken({
      expiresInSeconds: A_MONTH,
      ...options,
      issuer: LAB_ISSUER,
      authorizedParty: LAB_ORIGIN,
    });
}

/** What a token of a provisioned person carries. */
export function personOf(
  {
    subjects,
    identityOrganization,
    slug,
  }: Pick<ProvisionedOrganization, 'subjects' | 'identityOrganization' | 'slug'>,
  role: keyof ProvisionedOrganization['subjects'],
): TokenOptions {
  return { subject: subjects[role], organization: { id: identityOrganization, slug, role } };
}
