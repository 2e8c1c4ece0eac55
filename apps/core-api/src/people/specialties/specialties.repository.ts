import { Injectable } from '@nestjs/common';
import type { Specialty, SpecialtyFields, SpecialtyListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf, givenColumns } from '../../platform/columns';

const CHANGEABLE = ['title', 'slug', 'is_active'] as const;
const COLUMNS = `id, ${CHANGEABLE.join(', ')}, created_at`;

type SpecialtyRow = Omit<Specialty, 'created_at'> & { created_at: Date };

@Injectable()
export class SpecialtiesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list({ q, page, page_size }: SpecialtyListQuery): Promise<{ rows: Specialty[]; total: number }> {
    const where = '$1::text is null or position(lower($1) in lower(title)) > 0';
    const rows = await this.uow.sql.query<SpecialtyRow>(
      `select ${COLUMNS} from specialties where ${where} order by title, id limit $2 offset $3`,
      [q ?? null, page_size, (page - 1) * page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from specialties where ${where}`,
      [q ?? null],
    );
    return { rows: rows.map(toSpecialty), total: count?.total ?? 0 };
  }

  async insert(organizationId: number, id: string, fields: SpecialtyFields): Promise<Specialty> {
    const [row] = await this.uow.sql.query<SpecialtyRow>(
      `insert into specialties (organization_id, id, title, slug, is_active) values ($1, $2, $3, $4, $5)
       returning ${COLUMNS}`,
      [organizationId, id, fields.title, fields.slug, fields.is_active ?? true],
    );
    return toSpecialty(row as SpecialtyRow);
  }

  async update(id: string, change: Partial<SpecialtyFields>): Promise<Specialty | undefined> {
    const given = givenColumns(CHANGEABLE, change);
    const [row] = await this.uow.sql.query<SpecialtyRow>(
      `update specialties set ${assignmentsOf(given, 2)}, updated_at = now() where id = $1 returning ${COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return row && toSpecialty(row);
  }
}

const toSpecialty = ({ created_at, ...row }: SpecialtyRow): Specialty => ({
  ...row,
  created_at: created_at.toISOString(),
});
