import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { mayEver, type Permission, type Role } from '@restartix/contracts';
import { DomainError, forbidden } from '@restartix/errors';
import { readAccess } from '@restartix/http';
import { MEMBER } from '../access.decorators';
import { currentApiKey } from '../api-keys/api-key';

/**
 * Fourth guard: whether the caller's role may ever do what the route declares. A route that declares nothing is closed.
 * A key needs the route's permission among its scopes besides, so routes about oneself are closed to it.
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const access = readAccess(execution.getHandler(), execution.getClass());
    if (!access || access.kind === 'channel') throw forbidden();
    assertInScope(access.kind === 'permission' ? access.permission : null);
    if (access.kind !== 'permission') return true;
    const { actor, organizationId } = requireContext();
    const role = actor?.role ?? 'anonymous';
    if (organizationId === null && role !== 'superadmin') throw new DomainError('organization_required');
    if (!isGranted(access.permission, role, organizationId !== null)) throw forbidden();
    return true;
  }
}

function isGranted(permission: string, role: Role, isMember: boolean): boolean {
  return permission === MEMBER ? isMember : mayEver(permission as Permission, role);
}

function assertInScope(permission: string | null): void {
  const scopes: readonly (string | null)[] | undefined = currentApiKey()?.scopes;
  if (scopes && !scopes.includes(permission)) throw new DomainError('api_key_scope_missing');
}
