import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OrganizationDomain, PublicOrganization } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { DomainsRepository, type DomainRow } from './domains.repository';
import { TextRecords } from './text-records.adapter';

/** Host names of organizations: whoever can publish a record under a name owns it, and a name has one owner. */
@Injectable()
export class DomainsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: DomainsRepository,
    private readonly records: TextRecords,
  ) {}

  /** Throws not_found for any organization but the active one, as every method here. */
  async list(organizationId: number): Promise<OrganizationDomain[]> {
    assertActive(organizationId);
    return (await this.uow.run(() => this.repository.list())).map(present);
  }

  /** Throws already_exists when the organization has asked for it. */
  async add(organizationId: number, hostname: string): Promise<OrganizationDomain> {
    assertActive(organizationId);
    const verification = `restartix-verification=${randomBytes(18).toString('base64url')}`;
    const row = await this.uow.run(() =>
      this.repository.insert(organizationId, uuidv7(), hostname.toLowerCase(), verification),
    );
    return present(row);
  }

  /** Looks for the record; unverified while it is not published. Throws not_found, or already_exists when another has proven it. */
  async verify(organizationId: number, id: string): Promise<OrganizationDomain> {
    assertActive(organizationId);
    const found = await this.uow.run(() => this.repository.find(id));
    if (!found) throw notFound();
    const published = await this.records.of(recordName(found.hostname));
    const row = await this.uow.run(() =>
      this.repository.markChecked(id, published.includes(found.verification)),
    );
    if (!row) throw notFound();
    return present(row);
  }

  /** Throws not_found. */
  async remove(organizationId: number, id: string): Promise<OrganizationDomain> {
    assertActive(organizationId);
    const row = await this.uow.run(() => this.repository.markRemoved(id));
    if (!row) throw notFound();
    return present(row);
  }

  /** Whose host name this is: a proven one, or one of the platform's. Throws not_found. */
  async resolve(host: string): Promise<PublicOrganization> {
    const organization = await this.repository.resolve(host);
    if (!organization) throw notFound();
    return organization;
  }
}

function assertActive(organizationId: number): void {
  if (caller().organizationId !== organizationId) throw notFound();
}

const recordName = (hostname: string): string => `_restartix.${hostname}`;

const present = ({ id, hostname, verification, verified_at, created_at }: DomainRow): OrganizationDomain => ({
  id,
  hostname,
  record_name: recordName(hostname),
  record_value: verification,
  verified_at: verified_at?.toISOString() ?? null,
  created_at: created_at.toISOString(),
});
