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
  /**
   * What the identity provider says of a second factor: which one, or only that there was one. Absent is what the role
   * needs: a hardware key for compliance, any for other staff and without an organization, none for a patient.
   */
  secondFactor?: 'hardware_key' | 'any' | 'none';
  /** Claims put in last; undefined removes one. */
  overrides?: Record<string, unknown>;
}

const A_MONTH = 30 * 24 * 3600;

/** Mints session tokens that the services of an installation accept. */
export function tokenMint(keys: DevelopmentKeys): (options: TokenOptions) => string {
  const clerk = new ClerkLab(keys.clerk);
  return ({ secondFactor, ...options }) =>
    clerk.mintSessionToken({
      expiresInSeconds: A_MONTH,
      ...options,
      overrides: { ...claimsOf(secondFactor ?? neededBy(options.organization?.role)), ...options.overrides },
      issuer: LAB_ISSUER,
      authorizedParty: LAB_ORIGIN,
    });
}

function neededBy(role: string | undefined): NonNullable<TokenOptions['secondFactor']> {
  if (role === 'compliance') return 'hardware_key';
  return role === 'patient' ? 'none' : 'any';
}

/** Clerk says of itself that there was a second factor (fva); which one, an instance says in a claim of its own (amr). */
function claimsOf(secondFactor: NonNullable<TokenOptions['secondFactor']>): Record<string, unknown> {
  if (secondFactor === 'none') return {};
  return { fva: [0, 0], ...(secondFactor === 'hardware_key' ? { amr: ['hwk', 'user', 'mfa'] } : {}) };
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
