/**
 * The canonical roles (decision: one vocabulary for all source systems). `specialist` is what other documents
 * call provider or practitioner; `org_admin` is what they call clinic admin; `system` is work no human asked for;
 * `anonymous` is a public route.
 */
export const ROLES = [
  'patient',
  'specialist',
  'assistant',
  'org_admin',
  'compliance',
  'superadmin',
  'system',
  'anonymous',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles a membership of an organization can carry. */
export const MEMBER_ROLES = ['patient', 'specialist', 'assistant', 'org_admin', 'compliance'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** Words of the source systems and of identity providers, translated at the edge and nowhere else. */
const ALIASES: Readonly<Record<string, MemberRole>> = {
  provider: 'specialist',
  practitioner: 'specialist',
  admin: 'org_admin',
  clinic_admin: 'org_admin',
  customer_support: 'assistant',
  member: 'patient',
};

/** The canonical word for a role name as an outside system spells it; undefined when it is no role of ours. */
export function canonicalRole(word: string): MemberRole | undefined {
  const plain = word.replace(/^org:/, '').toLowerCase();
  const alias = Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : undefined;
  return MEMBER_ROLES.find((role) => role === plain) ?? alias;
}
