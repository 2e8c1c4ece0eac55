import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import { careInForce } from '../../platform/care-in-force';

export interface PatientTie {
  profile_shared: boolean;
  owned: boolean;
  care_relationship_id: string | null;
}

/** What ties the caller to a thing, as far as row-level security shows it. */
@Injectable()
export class ExplainRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async patientTie(patientId: string, userId: string): Promise<PatientTie | undefined> {
    const [row] = await this.uow.sql.query<PatientTie>(
      `select p.profile_shared, coalesce(p.user_id = $2, false) as owned,
              (select c.id from care_relationships c join specialists s on s.id = c.specialist_id
                where c.patient_id = p.id and ${careInForce('c')} and s.user_id = $2 limit 1) as care_relationship_id
         from patients p where p.id = $1 and p.deleted_at is null`,
      [patientId, userId],
    );
    return row;
  }
}
