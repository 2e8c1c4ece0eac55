import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { mayEver, type Permission, type Role } from '@restartix/contracts';
import { DomainError, forbidden } from '@restartix/errors';
import { readAccess, type AccessDeclaration } from '@restartix/http';
import type { Request } from 'express';
import { isAboutLogin, MEMBER } from '../access.decorators';
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
    assertReads(access, execution);
    if (access.kind === 'permission') assertGranted(access.permission);
    return true;
  }
}

function assertGranted(permission: string): void {
  const { actor, organizationId } = requireContext();
  const role = actor?.role ?? 'anonymous';
  if (organizationId === null && role !== 'superadmin') throw new DomainError('organization_required');
  const isMember = organizationId !== null && role !== 'superadmin';
  if (!isGranted(permission, { role, isMember, hasOpened: actor?.breakGlass !== undefined }))
    throw forbidden();
}

interface Asker {
  role: Role;
  isMember: boolean;
  /** Something is open to the caller by break-glass. */
  hasOpened: boolean;
}

function isGranted(permission: string, { role, isMember, hasOpened }: Asker): boolean {
  return permission === MEMBER ? isMember : mayEver(permission as Permission, role, hasOpened);
}

/** Whoever sees what another sees changes nothing, whatever it is, and is not shown how the other signs in. */
function assertReads(access: AccessDeclaration, execution: ExecutionContext): void {
  if (!requireContext().actor?.impersonation) return;
  const { method } = execution.switchToHttp().getRequest<Request>();
  const isRead = access.kind === 'permission' && access.permission.endsWith(':read');
  if (!isRead && method !== 'GET') throw new DomainError('impersonation_read_only');
  if (isAboutLogin(execution.getHandler(), execution.getClass()))
    throw new DomainError('impersonation_hides_login');
}

function assertInScope(permission: string | null): void {
  const scopes: readonly (string | null)[] | undefined = currentApiKey()?.scopes;
  if (scopes && !scopes.includes(permission)) throw new DomainError('api_key_scope_missing');
}
