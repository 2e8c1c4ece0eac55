import { MEMBER_ROLES } from '@restartix/contracts';
import { personOf, type Platform } from '@restartix/testing';

/** Somebody, or nobody, who asks. */
export interface Caller {
  /** Such as "first_specialist"; a name for a shell variable. */
  name: string;
  /** Undefined: no Authorization header. */
  authorization?: string;
  /** Which organization's data they may see, 0 or 1; null: nobody's. */
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

/** Those a service must turn away, or show nothing of any organization. */
export function strangers(platform: Platform): Caller[] {
  const [first, second] = platform.organizations;
  if (!first || !second) throw new Error('Two organizations are needed');
  const specialist = personOf(first, 'specialist');
  const tokens = {
    elsewhere: platform.token({ ...specialist, organization: personOf(second, 'specialist').organization }),
    nowhere: platform.token({ subject: first.subjects.specialist }),
    expired: platform.token({ ...specialist, expiresInSeconds: -60 }),
    unknown: platform.token({ ...specialist, subject: 'user_nobody' }),
  };
  const named = Object.entries(tokens).map(([name, token]) => ({
    name,
    authorization: `Bearer ${token}`,
    organization: null,
  }));
  return [
    ...named,
    { name: 'nobody', organization: null },
    { name: 'garbage', authorization: 'Bearer x.y.z', organization: null },
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
