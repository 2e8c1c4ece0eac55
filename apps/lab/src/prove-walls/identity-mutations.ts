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
    what: 'the second factor that a change of SSO takes',
    edits: [
      {
        file: 'apps/core-api/src/organizations/settings/settings.service.ts',
        find: "    if (sso !== undefined) assertSteppedUp('sso');\n",
        replace: '',
      },
    ],
    specs: ['apps/core-api/test/sso.e2e.spec.ts'],
    noticedBy: /with a fresh second factor, shown for it, and by no other word$/,
  },
  {
    what: 'the pause after an identity provider has failed',
    edits: [
      {
        file: 'apps/core-api/src/access/identity/circuit-breaker.ts',
        find: '    this.assertClosed();\n',
        replace: '',
      },
    ],
    specs: ['apps/core-api/src/access/identity/provider-keys.spec.ts'],
    noticedBy: /that cannot be had are tried once in each pause/,
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
  {
    what: 'one @AboutLogin: the sessions of whom somebody sees as',
    edits: [
      {
        file: 'apps/core-api/src/access/sessions/sessions.controller.ts',
        find: '@AboutLogin()\n',
        replace: '',
      },
    ],
    check: 'inventory',
    noticedBy: /inventory\.json {2}differs/,
  },
  {
    what: 'one look of a guard: how a patient signs in is not shown to whoever sees as them',
    edits: [
      {
        file: 'libs/tenancy/src/guards/permission.guard.ts',
        find: 'if (isAboutLogin(execution.getHandler(), execution.getClass()))',
        replace: 'if (false)',
      },
    ],
    specs: ['apps/core-api/test/impersonation.e2e.spec.ts'],
    noticedBy: /does not show how the patient signs in, and where else$/,
  },
  {
    what: 'the refusal of changes in the database while somebody sees as a patient',
    edits: [
      {
        file: 'migrations/core/1763681000000-refuse-changes-while-impersonating.ts',
        find: "  raise exception 'Whoever sees as a patient changes nothing' using errcode = 'RX001';\n",
        replace: '  return null;\n',
      },
    ],
    specs: ['migrations/core/impersonation.spec.ts', 'libs/database/src/unit-of-work.spec.ts'],
    noticedBy: /^impersonation in the database keeps patients as it is, whoever asks$/,
  },
  {
    what: 'the word to the database that somebody sees as a patient',
    edits: [
      {
        file: 'libs/database/src/unit-of-work.ts',
        find: "    ...(actor?.impersonation ? { 'app.impersonation': actor.impersonation.id } : {}),\n",
        replace: '',
      },
    ],
    specs: ['libs/database/src/unit-of-work.spec.ts'],
    noticedBy: /^unit of work changes nothing for whoever sees as a patient/,
  },
];
