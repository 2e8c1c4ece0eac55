import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import {
  accessCell,
  pageMeta,
  type Organization,
  type OrganizationListQuery,
  type PageMeta,
  type UpdateOrganizationRequest,
  type Verb,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { forbidden, invalid, notFound } from '@restartix/errors';
import { OrganizationsRepository } from './organizations.repository';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: OrganizationsRepository,
  ) {}

  /** The organizations the caller belongs to; all of them for a superadmin. */
  async list(query: OrganizationListQuery): Promise<{ data: Organization[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(() => this.repository.list(query));
    return { data: rows, meta: pageMeta(query, total) };
  }

  /** Throws not_found for any organization but the active one. */
  async read(id: number): Promise<Organization> {
    this.decide(id, 'read');
    const organization = await this.uow.run(() => this.repository.find(id));
    if (!organization) throw notFound();
    return organization;
  }

  /** Throws not_found, forbidden, or validation_error for an empty change. */
  async change(id: number, change: UpdateOrganizationRequest): Promise<Organization> {
    this.decide(id, 'update');
    if (Object.values(change).every((value) => value === undefined)) {
      throw invalid([{ field: '', reason: 'at least one field must be given' }]);
    }
    const organization = await this.uow.run(() => this.repository.update(id, change));
    if (!organization) throw notFound();
    return organization;
  }

  private decide(id: number, verb: Verb): void {
    const { actor, organizationId } = requireContext();
    const role = actor?.role ?? 'anonymous';
    const relationship = organizationId === id ? 'organization' : 'none';
    if (accessCell('organization', role, relationship)[verb]) return;
    throw relationship === 'none' ? notFound() : forbidden();
  }
}
