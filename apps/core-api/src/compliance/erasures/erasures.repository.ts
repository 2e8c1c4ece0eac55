import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

export interface ErasureRow {
  organization_id: number;
  id: string;
  patient_id: string;
  reason: string;
  erased_by: string;
  erased_at: Date;
  keys_destroyed: number;
  person_erased: boolean;
}

@Injectable()
export class ErasuresRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async of(patientId: string): Promise<ErasureRow | undefined> {
    const [row] = await this.uow.sql.query<ErasureRow>('select * from erasures where patient_id = $1', [
      patientId,
    ]);
    return row;
  }

  /** Destroys the patient's keys and empties the record; undefined when there is no such record. */
  async erase(id: string, patientId: string, reason: string): Promise<ErasureRow | undefined> {
    const [row] = await this.uow.sql.query<ErasureRow>('select * from erase_patient($1, $2, $3)', [
      id,
      patientId,
      reason,
    ]);
    return row;
  }
}
