import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

@Injectable()
export class CareRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Opens a relationship between a patient and the specialist who signs in as this user; false when there is none. */
  async openForUser(id: string, patientId: string, userId: string): Promise<boolean> {
    const [specialist] = await this.uow.sql.query<{ id: string; organization_id: number }>(
      'select id, organization_id from specialists where user_id = $1 and deleted_at is null',
      [userId],
    );
    if (!specialist) return false;
    await this.uow.sql.query(
      `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
       values ($1, $2, $3, $4, 'assignment')`,
      [specialist.organization_id, id, patientId, specialist.id],
    );
    return true;
  }
}
