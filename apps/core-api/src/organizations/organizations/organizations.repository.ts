import { Injectable } from '@nestjs/common';
import type { Organization, OrganizationListQuery, UpdateOrganizationRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

type OrganizationRow = Omit<Organization, 'created_at' | 'updated_at'> & {
  created_at: Date;
  updated_at: Date;
};

const COLUMNS = 'id, name, slug, tagline, email, phone, website, location, created_at, updated_at';

const ORDER: Readonly<Record<OrganizationListQuery['sort'], string>> = {
  name: 'name, id',
  '-name': 'name desc, id',
  created_at: 'created_at, id',
  '-created_at': 'created_at desc, id',
};

/** Columns a change may set; the names are ours, never the client's. */
const CHANGEABLE = ['name', 'tagline', 'email', 'phone', 'website', 'location'] as const;

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Row-level security decides which: the active one and those of one's memberships; all for a superadmin. */
  async list(query: OrganizationListQuery): Promise<{ rows: Organization[]; total: number }> {
    const found = await this.uow.sql.query<OrganizationRow & { total: number }>(
      `select ${COLUMNS}, count(*) over ()::int as total from organizations
        order by ${ORDER[query.sort]} limit $1 offset $2`,
      [query.page_size, (query.page - 1) * query.page_size],
    );
    return { rows: found.map(toOrganization), total: found[0]?.total ?? (await this.count()) };
  }

  async find(id: number): Promise<Organization | undefined> {
    const [row] = await this.uow.sql.query<OrganizationRow>(
      `select ${COLUMNS} from organizations where id = $1`,
      [id],
    );
    return row && toOrganization(row);
  }

  async update(id: number, change: UpdateOrganizationRequest): Promise<Organization | undefined> {
    const columns = CHANGEABLE.filter((column) => change[column] !== undefined);
    const assignments = columns.map((column, index) => `${column} = $${index + 2}`);
    const [row] = await this.uow.sql.query<OrganizationRow>(
      `update organizations set ${assignments.join(', ')}, updated_at = now() where id = $1 returning ${COLUMNS}`,
      [id, ...columns.map((column) => change[column])],
    );
    return row && toOrganization(row);
  }

  /** A page past the end has no row to carry the total. */
  private async count(): Promise<number> {
    const [row] = await this.uow.sql.query<{ total: number }>(
      'select count(*)::int as total from organizations',
    );
    return row?.total ?? 0;
  }
}

function toOrganization({ created_at, updated_at, ...row }: OrganizationRow): Organization {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    tagline: row.tagline,
    email: row.email,
    phone: row.phone,
    website: row.website,
    location: row.location,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
