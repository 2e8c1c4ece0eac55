import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from '@restartix/contracts';

export * from './clock';

/** A record that is open to a session by break-glass. */
export interface BreakGlassGrant {
  id: string;
  patientId: string;
}

/** Who really acts, where somebody of the staff sees what a patient sees. */
export interface Impersonation {
  id: string;
  by: Pick<Actor, 'role' | 'emailEnvelope'> & { userId: string };
}

/** Who acts. Ids only, and the address of the user as the envelope it is stored in: never a plain name or e-mail. */
export interface Actor {
  userId: string | null;
  role: Role;
  /** Envelope of the user's e-mail address, copied into audit events and opened on their way to the store. */
  emailEnvelope: string | null;
  /** Our id of the session (sessions.id); null without one: a public route, system work, a key of an organization. */
  sessionId: string | null;
  /** What is open to the session by break-glass in the active organization; absent is nothing. */
  breakGlass?: readonly BreakGlassGrant[];
  /** Set while this is not who acts, but whose place they take: every event names both. */
  impersonation?: Impersonation;
  /** What every event of theirs says besides, such as the key that acts for its creator. Ids only. */
  details?: Readonly<Record<string, string>>;
}

/**
 * What is known of the piece of work in hand: one per request, job or background round. Plain data; it knows
 * nothing of HTTP, users or databases.
 */
export interface RequestContext {
  readonly requestId: string;
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
  /** Null until the guards have identified the caller. Written once, by {@link identify}. */
  actor: Actor | null;
  /** Active organization; null for work that belongs to none. Written once, by {@link identify}. */
  organizationId: number | null;
  /** Room for the floors above, each under its own symbol (the open unit of work, the reads it registered). */
  readonly slots: Map<symbol, unknown>;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs work with this context; everything it awaits sees it. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the work in hand, or undefined outside any. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

/** The context of the work in hand. Throws outside {@link runInContext}: such work has no one to answer for it. */
export function requireContext(): RequestContext {
  const context = storage.getStore();
  if (!context) throw new Error('No request context is open');
  return context;
}

/** Fills in who acts and for which organization. A second call throws: identity does not change midway. */
export function identify(actor: Actor, organizationId: number | null): void {
  const context = requireContext();
  if (context.actor) throw new Error('The caller of this request is already identified');
  context.actor = actor;
  context.organizationId = organizationId;
}

/** A context for work that no request started, such as a job or a background round. */
export function createContext(
  fields: Pick<RequestContext, 'requestId'> & Partial<Omit<RequestContext, 'slots'>>,
): RequestContext {
  return {
    clientAddress: null,
    userAgent: null,
    actor: null,
    organizationId: null,
    ...fields,
    slots: new Map(),
  };
}
