import { requireContext } from '@restartix/context';
import type { Role } from '@restartix/contracts';
import { DomainError, forbidden } from '@restartix/errors';

export interface Caller {
  role: Role;
  organizationId: number;
  userId: string | null;
}

/** Who asks, in which organization. Throws organization_required when none is active. */
export function caller(): Caller {
  const { actor, organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return { role: actor?.role ?? 'anonymous', organizationId, userId: actor?.userId ?? null };
}

/** Who asks, by a login of their own. Throws as {@link caller}, or forbidden for who has none. */
export function signedInCaller(): Caller & { userId: string } {
  const who = caller();
  if (!who.userId) throw forbidden();
  return { ...who, userId: who.userId };
}
