import { randomBytes } from 'node:crypto';
import { ClerkRefusal, missing, notFound } from './clerk-refusal';

export interface ClerkOrganization {
  /** "org_…". */
  id: string;
  slug: string;
}

export interface ClerkMember {
  organization: ClerkOrganization;
  userId: string;
  role: string;
}

/** Roles an instance has that nobody has changed. */
const ROLES = ['org:admin', 'org:member'];
const PARAMETERS = ['user_id', 'role', 'public_metadata', 'private_metadata'];

/** Organizations of the emulated instance and who belongs to them. */
export class ClerkOrganizations {
  readonly #organizations = new Map<string, ClerkOrganization>();
  readonly members: ClerkMember[] = [];

  /** `isUser` says whether somebody has an account at the instance. */
  constructor(private readonly isUser: (id: string) => boolean) {}

  add(organization: ClerkOrganization): void {
    this.#organizations.set(organization.id, organization);
  }

  /** Body of `POST /v1/organizations/{organization_id}/memberships`: makes somebody a member. */
  join(organizationId: string, body: unknown): ClerkMember {
    const { user_id: userId, role } = parametersOf(body);
    const organization = this.#organizations.get(organizationId);
    if (!organization) throw notFound('organization');
    if (!this.isUser(userId)) throw notFound('user');
    if (this.members.some((member) => member.organization === organization && member.userId === userId))
      throw new ClerkRefusal(400, 'already_a_member_in_organization', 'already a member');
    const member = { organization, userId, role };
    this.members.push(member);
    return member;
  }
}

function parametersOf(body: unknown): { user_id: string; role: string } {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  for (const name of ['user_id', 'role'])
    if (typeof given[name] !== 'string' || given[name] === '') throw missing(name);
  const unknown = Object.keys(given).find((name) => !PARAMETERS.includes(name));
  if (unknown)
    throw new ClerkRefusal(422, 'form_param_unknown', `${unknown} is not a valid parameter.`, unknown);
  const { user_id, role } = given as { user_id: string; role: string };
  if (!ROLES.includes(role))
    throw new ClerkRefusal(404, 'resource_not_found', 'No such role was found.', 'role');
  return { user_id, role };
}

/** A membership as Clerk's APIs and webhooks have it. */
export const toldMember = ({ organization, userId, role }: ClerkMember): Record<string, unknown> => ({
  ...{ object: 'organization_membership', id: `orgmem_${randomBytes(15).toString('hex')}`, role },
  organization: { object: 'organization', ...organization },
  public_user_data: { user_id: userId },
});
