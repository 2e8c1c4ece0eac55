import type { Principal, Session } from '../src/index';

/** What a token of a spec says, the rest of it unsaid. */
export const aPrincipal = (said: Pick<Principal, 'subject'> & Partial<Principal>): Principal => ({
  issuer: 'https://clerk.test',
  sessionId: 'session',
  organizationRef: null,
  roleRef: null,
  authTime: null,
  mfaTime: null,
  amr: [],
  connection: null,
  securityLevel: null,
  ...said,
});

/** A session that nobody has ended. */
export const aSession = (known: Partial<Session> = {}): Session => ({
  id: 'ours of session',
  startedAt: new Date(0),
  lastActiveAt: new Date(0),
  authenticatedAt: new Date(0),
  mfaAt: new Date(),
  factors: ['hwk', 'user'],
  ended: null,
  isSuperadmin: false,
  ...known,
});
