import { Injectable } from '@nestjs/common';
import type { LegalHoldListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface LegalHoldRow {
  organization_id: number;
  id: string;
  patient_id: string | null;
  reason: string;
  placed_by: string;
  placed_at: Date;
  lift_reason: string | null;
  lifted_by: string | null;
  lifted_at: Date | null;
}

@Injectable()
export class LegalHoldsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Keeps holds and erasures of the organization apart until the unit ends. */
  async lock(): Promise<void> {
    await this.uow.sql.query('select lock_legal_holds()');
  }

  /** Whether the organization has a record of this id, erased or not. */
  async hasPatient(id: string): Promise<boolean> {
    return (await this.uow.sql.query('select 1 as found from patients where id = $1', [id])).length > 0;
  }

  /** Whether the patient, or the whole organization, is under a hold. */
  async isHeld(patientId: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `select 1 as held from legal_holds
        where lifted_at is null and (patient_id is null or patient_id = $1) limit 1`,
      [patientId],
    );
    return rows.length > 0;
  }

  async insert(
    hold: Pick<LegalHoldRow, 'organization_id' | 'id' | 'patient_id' | 'reason' | 'placed_by'>,
  ): Promise<LegalHoldRow> {
    const [row] = await this.uow.sql.query<LegalHoldRow>(
      `insert into legal_holds (organization_id, id, patient_id, reason, placed_by)
       values ($1, $2, $3, $4, $5) returning *`,
      [hold.organization_id, hold.id, hold.patient_id, hold.reason, hold.placed_by],
    );
    return row as LegalHoldRow;
  }

  async list({
    in_force,
    page,
    page_size,
  }: LegalHoldListQuery): Promise<{ rows: LegalHoldRow[]; total: number }> {
    const where = '($1::boolean is null or (lifted_at is null) = $1)';
    const rows = await this.uow.sql.query<LegalHoldRow>(
      `select * from legal_holds where ${where} order by placed_at desc, id limit $2 offset $3`,
      [in_force ?? null, page_size, (page - 1) * page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from legal_holds where ${where}`,
      [in_force ?? null],
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(id: string): Promise<LegalHoldRow | undefined> {
    const [row] = await this.uow.sql.query<LegalHoldRow>('select * from legal_holds where id = $1', [id]);
    return row;
  }

  /** Lifts a hold that is in force; undefined when it was lifted meanwhile. */
  async lift(id: string, reason: string, userId: string): Promise<LegalHoldRow | undefined> {
    const [row] = await this.uow.sql.query<LegalHoldRow>(
      `update legal_holds set lift_reason = $2, lifted_by = $3, lifted_at = now()
        where id = $1 and lifted_at is null returning *`,
      [id, reason, userId],
    );
    return row;
  }
}
