import { Injectable } from '@nestjs/common';
import type { CoverageKind, CoverageStatus, VerificationOutcome } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { assignmentsOf, namesOf, parametersOf } from '../../platform/columns';

/** A row; texts are envelopes under the patient's key, days are texts. */
export interface CoverageRow {
  id: string;
  status: CoverageStatus;
  kind: CoverageKind;
  payer: string;
  member_id: string;
  group_number: string | null;
  plan: string | null;
  valid_from: string;
  valid_until: string | null;
  coverage_order: number;
  verification: 'unverified' | VerificationOutcome;
  verified_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** What is written of a coverage, by column; names are ours. */
export type CoverageColumns = Partial<Omit<CoverageRow, 'id' | 'created_at' | 'updated_at'>> & {
  verified_by?: string | null;
};

const COLUMNS = `id, status, kind, payer, member_id, group_number, plan, valid_from::text, valid_until::text,
  coverage_order, verification, verified_at, created_at, updated_at`;

/** SQL of coverages: a patient's own, or of the records the caller sees. */
@Injectable()
export class CoveragesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  list(patientId: string): Promise<CoverageRow[]> {
    return this.uow.sql.query<CoverageRow>(
      `select ${COLUMNS} from coverages where patient_id = $1 order by status, coverage_order, valid_from desc, id`,
      [patientId],
    );
  }

  async find(patientId: string, id: string): Promise<CoverageRow | undefined> {
    const [row] = await this.uow.sql.query<CoverageRow>(
      `select ${COLUMNS} from coverages where patient_id = $1 and id = $2`,
      [patientId, id],
    );
    return row;
  }

  async insert(
    organizationId: number,
    id: string,
    patientId: string,
    columns: CoverageColumns,
  ): Promise<CoverageRow> {
    const given = Object.entries(columns);
    const [row] = await this.uow.sql.query<CoverageRow>(
      `insert into coverages (organization_id, id, patient_id, ${namesOf(given)})
       values ($1, $2, $3, ${parametersOf(given, 4)}) returning ${COLUMNS}`,
      [organizationId, id, patientId, ...given.map(([, value]) => value)],
    );
    return row as CoverageRow;
  }

  /** Undefined when it has ended, or the caller may not change it. */
  async update(id: string, columns: CoverageColumns): Promise<CoverageRow | undefined> {
    const given = Object.entries(columns);
    const [row] = await this.uow.sql.query<CoverageRow>(
      `update coverages set ${assignmentsOf(given, 2)}, updated_at = now()
        where id = $1 and status = 'active' returning ${COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return row;
  }
}
