import { Injectable } from '@nestjs/common';
import type { PublicOrganization } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { MainDatabases } from '../../platform/main-databases';

export interface DomainRow {
  id: string;
  hostname: string;
  verification: string;
  verified_at: Date | null;
  created_at: Date;
}

const COLUMNS = 'id, hostname, verification, verified_at, created_at';

@Injectable()
export class DomainsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly databases: MainDatabases,
  ) {}

  list(): Promise<DomainRow[]> {
    return this.uow.sql.query<DomainRow>(
      `select ${COLUMNS} from organization_domains where removed_at is null order by hostname limit 100`,
      [],
    );
  }

  async find(id: string): Promise<DomainRow | undefined> {
    const [row] = await this.uow.sql.query<DomainRow>(
      `select ${COLUMNS} from organization_domains where id = $1 and removed_at is null`,
      [id],
    );
    return row;
  }

  async insert(
    organizationId: number,
    id: string,
    hostname: string,
    verification: string,
  ): Promise<DomainRow> {
    const [row] = await this.uow.sql.query<DomainRow>(
      `insert into organization_domains (organization_id, id, hostname, verification) values ($1, $2, $3, $4)
       returning ${COLUMNS}`,
      [organizationId, id, hostname, verification],
    );
    return row as DomainRow;
  }

  /** Keeps that somebody looked, and whether the record was there. */
  async markChecked(id: string, isPublished: boolean): Promise<DomainRow | undefined> {
    const [row] = await this.uow.sql.query<DomainRow>(
      `update organization_domains set checked_at = now(),
          verified_at = coalesce(verified_at, case when $2 then now() end)
        where id = $1 and removed_at is null returning ${COLUMNS}`,
      [id, isPublished],
    );
    return row;
  }

  async markRemoved(id: string): Promise<DomainRow | undefined> {
    const [row] = await this.uow.sql.query<DomainRow>(
      `update organization_domains set removed_at = now() where id = $1 and removed_at is null returning ${COLUMNS}`,
      [id],
    );
    return row;
  }

  /** Through the one function that may look before anyone is identified. */
  async resolve(host: string): Promise<PublicOrganization | undefined> {
    const [row] = await this.databases.requests.query<PublicOrganization>('select * from resolve_host($1)', [
      host,
    ]);
    return row;
  }
}
