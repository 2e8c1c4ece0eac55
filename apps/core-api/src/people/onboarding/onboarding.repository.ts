import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

@Injectable()
export class OnboardingRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** False when the login is a member of the organization already, in whatever role. */
  async insertMembership(organizationId: number, userId: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into user_organizations (organization_id, user_id, role) values ($1, $2, 'patient')
       on conflict (organization_id, user_id) do nothing returning 1 as inserted`,
      [organizationId, userId],
    );
    return rows.length > 0;
  }
}
