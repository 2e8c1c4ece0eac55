import { MEMBER_ROLES } from '@restartix/contracts';
import { personOf, type Platform } from '@restartix/testing';

/** Somebody, or nobody, who asks. */
export interface Caller {
  /** Such as "first_specialist"; a name for a shell variable. */
  name: string;
  /** Undefined: no Authorization header. */
  authorization?: string;
  /** Whose data they may see, by the organization's place in the platform; null: nobody's. */
  organization: number | null;
}

const ORGANIZATIONS = ['first', 'second'];

/** People of every role in both organizations. */
export function members({ organizations }: Platform): Caller[] {
  return organizations.flatMap(({ tokens }, organization) =>
    MEMBER_ROLES.map((role) => ({
      name: `${ORGANIZATIONS[organization]}_${role}`,
      authorization: `Bearer ${tokens[role]}`,
      organization,
    })),
  );
}

/** Those a service must turn away, or show no more than themselves: the first specialist with tokens that do not fit. */
export function strangers(platform: Platform): Caller[] {
  const [first, second] = platform.organizations;
  if (!first || !second) throw new Error('Two organizations are needed');
  const specialist = personOf(first, 'specialist');
  const caller = (name: string, token: string, organization: number | null): Caller => ({
    name,
    authorization: `Bearer ${token}`,
    organization,
  });
  const { organization } = personOf(second, 'specialist');
  return [
    caller('elsewhere', platform.token({ ...specialist, organization }), 0),
    caller('nowhere', platform.token({ subject: first.subjects.specialist }), 0),
    caller('expired', platform.token({ ...specialist, expiresInSeconds: -60 }), null),
    caller('unknown', platform.token({ ...specialist, subject: 'user_nobody' }), null),
    caller('garbage', 'x.y.z', null),
    { name: 'nobody', organization: null },
  ];
}

export const superadmin = ({ superadminToken }: Platform): Caller => ({
  name: 'superadmin',
  authorization: `Bearer ${superadminToken}`,
  organization: null,
});

/** Caller → Authorization header. */
export const authorizationsOf = (callers: readonly Caller[]): Map<string, string | undefined> =>
  new Map(callers.map(({ name, authorization }) => [name, authorization]));
