import type { Mutation } from './mutation';

/** What keeps out who has signed in, or means to, in the wrong way. */
export const IDENTITY_MUTATIONS: readonly Mutation[] = [
  {
    what: 'one look of a guard: the SSO an organization demands',
    edits: [
      {
        file: 'libs/tenancy/src/guards/tenant.guard.ts',
        find: 'if (identity.sso && !isSignedInAt(identity.session, identity.sso))',
        replace: 'if (false)',
      },
    ],
    specs: ['apps/core-api/test/sso.e2e.spec.ts'],
    noticedBy: /lets staff in by its own connection and by no other/,
  },
  {
    what: 'one look of a guard: the lock-out of guessed API keys',
    edits: [
      {
        file: 'apps/core-api/src/organizations/api-keys/presented-api-keys.ts',
        find: '    if (waitMs > 0) throw lockedOut(waitMs);\n',
        replace: '',
      },
    ],
    specs: ['apps/core-api/test/api-key-lockout.e2e.spec.ts', 'apps/core-api/test/api-keys.e2e.spec.ts'],
    noticedBy: /from a network, lock that network out for an hour/,
  },
];
