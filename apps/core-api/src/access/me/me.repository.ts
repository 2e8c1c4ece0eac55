import { Injectable } from '@nestjs/common';
import type { CurrentOrganization } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface MeRow {
  email: string | null;
  name: string | null;
  organization_ids: number[];
  current_organization: CurrentOrganization | null;
  specialist_id: string | null;
  specialist_name: string | null;
  patient_id: string | null;
}

@Injectable()
export class MeRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async find(userId: string): Promise<MeRow | undefined> {
    const [row] = await this.uow.sql.query<MeRow>(
      `select u.email, u.name,
              array(select m.organization_id from user_organizations m where m.user_id = u.id order by 1) as organization_ids,
              (select jsonb_build_object('id', o.id, 'name', o.name, 'slug', o.slug)
                 from organizations o where o.id = (select current_app_org_id())) as current_organization,
              s.id as specialist_id, s.name as specialist_name,
              (select p.id from patients p where p.user_id = u.id) as patient_id
         from users u left join specialists s on s.user_id = u.id and s.deleted_at is null
        where u.id = $1`,
      [userId],
    );
    return row;
  }
}
