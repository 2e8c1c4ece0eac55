import { canonicalRole, type MemberRole } from '@restartix/contracts';

/** What of Clerk's objects is ours to read. */
export interface ClerkUser {
  id: string;
  first_name?: string | null;
  last_name?: string | null;
  primary_email_address_id?: string | null;
  email_addresses?: { id: string; email_address: string }[];
}

export interface ClerkOrganization {
  id: string;
  name?: string;
  slug?: string | null;
}

export interface ClerkMembership {
  role?: string;
  organization: { id: string };
  public_user_data: { user_id: string };
}

export interface ClerkSession {
  id: string;
  user_id: string;
  created_at?: number;
  last_active_organization_id?: string | null;
}

type Data = Record<string, unknown>;

const id = (of: unknown): string => {
  const value = (of as { id?: unknown } | undefined)?.id;
  return typeof value === 'string' ? value : '';
};

/** The thing an event is about: what happened to it later wins, whatever comes first. */
export function subjectOf(type: string, data: Data): string {
  if (!type.startsWith('organizationMembership.')) return `${type.split('.')[0]}/${id(data)}`;
  const { organization, public_user_data } = data as Partial<ClerkMembership>;
  return `membership/${id(organization)}/${public_user_data?.user_id ?? ''}`;
}

/** Primary address and full name; null where the user gave none. */
export function personOf(user: ClerkUser): { email: string | null; name: string | null } {
  const { email_addresses = [], primary_email_address_id, first_name, last_name } = user;
  const primary = email_addresses.find((address) => address.id === primary_email_address_id);
  const name = [first_name, last_name].filter(Boolean).join(' ');
  return { email: (primary ?? email_addresses[0])?.email_address ?? null, name: name || null };
}

/** Clerk's own word for somebody without a further role. */
const GENERIC = /^(org:)?(basic_)?member$/i;

/**
 * The role a membership of ours has after Clerk spoke of it; null when Clerk's word gives none. Compliance is ours to
 * give and to take: Clerk can neither. Its plain "member" says no more than that somebody belongs: it makes nobody
 * something else, except that who was an administrator there is none any more.
 */
export function roleAfter(word: string | undefined, existing: MemberRole | null): MemberRole | null {
  if (existing === 'compliance') return existing;
  if (word === undefined) return existing;
  if (GENERIC.test(word)) return existing === null || existing === 'org_admin' ? 'patient' : existing;
  const told = canonicalRole(word);
  return told === undefined || told === 'compliance' ? existing : told;
}
