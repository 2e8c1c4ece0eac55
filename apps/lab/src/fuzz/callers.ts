import { MEMBER_ROLES } from '@restartix/contracts';
import { personOf, type Platform } from '@restartix/testing';

/** Somebody, or nobody, who asks. */
export interface Caller {
  /** Such as "first_specialist"; a name for a shell variable. */
  name: string;
  /** Undefined: no Authorization header. */
  authorization?: string;
  /** The same for a new session of theirs: a request may well have ended the one before. */
  signInAgain?: () => string;
  /** Whose data they may see, by the organization's place in the platform; null: nobody's. */
  organization: number | null;
}

const ORGANIZATIONS = ['first', 'second'];

/** People of every role in both organizations. */
export function members(platform: Platform): Caller[] {
  return platform.organizations.flatMap((provisioned, organization) =>
    MEMBER_ROLES.map((role) => ({
      name: `${ORGANIZATIONS[organization]}_${role}`,
      authorization: `Bearer ${provisioned.tokens[role]}`,
      signInAgain: () => `Bearer ${platform.token(personOf(provisioned, role))}`,
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
  const nowhere = () => platform.token({ subject: first.subjects.specialist });
  const { organization } = personOf(second, 'specialist');
  return [
    caller('elsewhere', platform.token({ ...specialist, organization }), 0),
    { ...caller('nowhere', nowhere(), 0), signInAgain: () => `Bearer ${nowhere()}` },
    caller('expired', platform.token({ ...specialist, expiresInSeconds: -60 }), null),
    caller('unknown', platform.token({ ...specialist, subject: 'user_nobody' }), null),
    caller('garbage', 'x.y.z', null),
    { name: 'nobody', organization: null },
  ];
}

export const superadmin = ({ superadminToken, superadminSubject, token }: Platform): Caller => ({
  name: 'superadmin',
  authorization: `Bearer ${superadminToken}`,
  signInAgain: () => `Bearer ${token({ subject: superadminSubject })}`,
  organization: null,
});

/** The Authorization header of each caller, which is another once the session of the first was ended. */
export class Authorizations {
  private readonly headers: Map<string, string | undefined>;

  constructor(private readonly callers: readonly Caller[]) {
    this.headers = new Map(callers.map(({ name, authorization }) => [name, authorization]));
  }

  of(caller: string): string | undefined {
    return this.headers.get(caller);
  }

  /** Looks at an answer to a caller: one that says that the session was ended makes them sign in again. */
  heed(caller: string, status: number, text: string): void {
    if (status !== 401 || !text.includes('"session_revoked"')) return;
    const again = this.callers.find(({ name }) => name === caller)?.signInAgain;
    if (again) this.headers.set(caller, again());
  }
}
