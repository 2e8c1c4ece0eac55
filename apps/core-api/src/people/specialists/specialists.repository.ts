import { Injectable } from '@nestjs/common';
import type { SpecialistListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface SpecialistRow {
  id: string;
  organization_id: number;
  user_id: string | null;
  name: string;
  title: string | null;
  scheduling_timezone: string | null;
  scheduling_active: boolean;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `id, organization_id, user_id, name, title, scheduling_timezone, scheduling_active, created_at, updated_at`;

const ORDER: Readonly<Record<SpecialistListQuery['sort'], string>> = {
  created_at: 'created_at, id',
  '-created_at': 'created_at desc, id',
  title: 'title, id',
  '-title': 'title desc, id',
};

@Injectable()
export class SpecialistsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list(query: SpecialistListQuery): Promise<{ rows: SpecialistRow[]; total: number }> {
    const where = 'deleted_at is null and ($1::boolean is null or scheduling_active = $1)';
    const active = query.scheduling_active ?? null;
    const rows = await this.uow.sql.query<SpecialistRow>(
      `select ${COLUMNS} from specialists where ${where} order by ${ORDER[query.sort]} limit $2 offset $3`,
      [active, query.page_size, (query.page - 1) * query.page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from specialists where ${where}`,
      [active],
    );
    return { rows, total: count?.total ?? 0 };
  }
}
