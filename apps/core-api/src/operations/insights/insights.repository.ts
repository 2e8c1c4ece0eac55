import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

@Injectable()
export class InsightsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Whose login a record is, of the records the caller may see; undefined when they may not. */
  async ownerOf(patientId: string): Promise<{ user_id: string | null } | undefined> {
    const [row] = await this.uow.sql.query<{ user_id: string | null }>(
      'select user_id from patients where id = $1 and deleted_at is null',
      [patientId],
    );
    return row;
  }
}
