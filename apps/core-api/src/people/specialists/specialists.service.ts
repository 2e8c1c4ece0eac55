import { Injectable } from '@nestjs/common';
import { pageMeta, type PageMeta, type Specialist, type SpecialistListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import { placeOf } from '../../platform/places';
import { SpecialistsRepository, type SpecialistRow } from './specialists.repository';

@Injectable()
export class SpecialistsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SpecialistsRepository,
    private readonly keys: KeyRing,
  ) {}

  /** The practitioners of the caller's organization. */
  async list(query: SpecialistListQuery): Promise<{ data: Specialist[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(() => this.repository.list(query));
    return { data: await Promise.all(rows.map((row) => this.present(row))), meta: pageMeta(query, total) };
  }

  private async present(row: SpecialistRow): Promise<Specialist> {
    const place = placeOf(row.organization_id, 'specialists', 'name', row.id);
    return {
      id: row.id,
      user_id: row.user_id,
      name: await this.keys.open(row.organization_id, row.name, place),
      title: row.title,
      scheduling_timezone: row.scheduling_timezone,
      scheduling_active: row.scheduling_active,
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    };
  }
}
