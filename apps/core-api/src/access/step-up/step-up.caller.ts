import { requireContext } from '@restartix/context';
import type { Role } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { currentSession } from '@restartix/tenancy';

/** Who shows a second factor, in which session. */
export interface StepUpCaller {
  userId: string;
  sessionId: string;
  role: Role;
  organizationId: number | null;
}

/** Throws unauthenticated for work that nobody signed in for. */
export function stepUpCaller(): StepUpCaller {
  const { actor, organizationId } = requireContext();
  const session = currentSession();
  if (!actor?.userId || !session) throw new DomainError('unauthenticated');
  return { userId: actor.userId, sessionId: session.id, role: actor.role, organizationId };
}
