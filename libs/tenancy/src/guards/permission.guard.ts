import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { mayEver, type Permission } from '@restartix/contracts';
import { DomainError, forbidden } from '@restartix/errors';
import { readAccess } from '@restartix/http';
import { MEMBER } from '../access.decorators';

/** Third guard: whether the caller's role may ever do what the route declares. A route that declares nothing is closed. */
@Injectable()
export class PermissionGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const access = readAccess(execution.getHandler(), execution.getClass());
    if (!access || access.kind === 'channel') throw forbidden();
    if (access.kind !== 'permission') return true;
    const { actor, organizationId } = requireContext();
    const role = actor?.role ?? 'anonymous';
    if (organizationId === null && role !== 'superadmin') throw new DomainError('organization_required');
    const member = organizationId !== null && access.permission === MEMBER;
    if (!member && (access.permission === MEMBER || !mayEver(access.permission as Permission, role)))
      throw forbidden();
    return true;
  }
}
