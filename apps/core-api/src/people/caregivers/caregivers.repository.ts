import { Injectable } from '@nestjs/common';
import type { CaregiverRelationship } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf, namesOf, parametersOf } from '../../platform/columns';

/** A row; name, phone and email are envelopes under the patient's key, days are texts. */
export interface CaregiverRow {
  id: string;
  name: string;
  phone: string | null;
  email: string | null;
  relationship: CaregiverRelationship;
  may_act: boolean;
  valid_from: string;
  valid_until: string | null;
  ended_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** What is written of a caregiver, by column; names are ours. */
export type CaregiverColumns = Partial<Omit<CaregiverRow, 'id' | 'created_at' | 'updated_at'>>;

const COLUMNS = `id, name, phone, email, relationship, may_act, valid_from::text, valid_until::text, ended_at, created_at,
  updated_at`;

/** SQL of caregivers: a patient's own, or of the records the caller sees. */
@Injectable()
export class CaregiversRepository {
  constructor(private readonly uow: UnitOfWork) {}

  list(patientId: string): Promise<CaregiverRow[]> {
    return this.uow.sql.query<CaregiverRow>(
      `select ${COLUMNS} from patient_caregivers where patient_id = $1
        order by ended_at desc nulls first, valid_from desc, id`,
      [patientId],
    );
  }

  async find(patientId: string, id: string): Promise<CaregiverRow | undefined> {
    const [row] = await this.uow.sql.query<CaregiverRow>(
      `select ${COLUMNS} from patient_caregivers where patient_id = $1 and id = $2`,
      [patientId, id],
    );
    return row;
  }

  async insert(
    organizationId: number,
    id: string,
    patientId: string,
    columns: CaregiverColumns,
  ): Promise<CaregiverRow> {
    const given = Object.entries(columns);
    const [row] = await this.uow.sql.query<CaregiverRow>(
      `insert into patient_caregivers (organization_id, id, patient_id, ${namesOf(given)})
       values ($1, $2, $3, ${parametersOf(given, 4)}) returning ${COLUMNS}`,
      [organizationId, id, patientId, ...given.map(([, value]) => value)],
    );
    return row as CaregiverRow;
  }

  /** Undefined when it has ended, or the caller may not change it. */
  async update(id: string, columns: CaregiverColumns): Promise<CaregiverRow | undefined> {
    const given = Object.entries(columns);
    const [row] = await this.uow.sql.query<CaregiverRow>(
      `update patient_caregivers set ${assignmentsOf(given, 2)}, updated_at = now()
        where id = $1 and ended_at is null returning ${COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return row;
  }
}
