import { Injectable } from '@nestjs/common';
import type { CareEnd, CareRelationshipListQuery, CareState } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { careInForce } from '../../platform/care-in-force';
import type { CareRow } from './care-relationship.policy';

const COLUMNS = `c.organization_id, c.id, c.patient_id, c.specialist_id, c.reason, c.opened_at, c.expires_at,
  c.closed_at, c.closed_reason, c.from_relationship_id`;

const STATE: Readonly<Record<CareState, string>> = {
  planned: 'c.closed_at is null and c.opened_at > current_app_time()',
  active: careInForce('c'),
  expired: 'c.closed_at is null and c.expires_at <= current_app_time()',
  closed: 'c.closed_at is not null',
};

/** SQL of `care_relationships` for those who look after them. Row-level security narrows every statement. */
@Injectable()
export class CareRelationshipsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list({
    patient_id,
    specialist_id,
    state,
    page,
    page_size,
  }: CareRelationshipListQuery): Promise<{ rows: CareRow[]; total: number }> {
    const where = `($1::uuid is null or c.patient_id = $1) and ($2::uuid is null or c.specialist_id = $2)
      and ${state ? STATE[state] : 'true'}`;
    const terms = [patient_id ?? null, specialist_id ?? null];
    const rows = await this.uow.sql.query<CareRow>(
      `select ${COLUMNS} from care_relationships c where ${where}
        order by c.opened_at desc, c.id limit $3 offset $4`,
      [...terms, page_size, (page - 1) * page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from care_relationships c where ${where}`,
      terms,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(id: string): Promise<CareRow | undefined> {
    const [row] = await this.uow.sql.query<CareRow>(
      `select ${COLUMNS} from care_relationships c where c.id = $1`,
      [id],
    );
    return row;
  }

  /** Kept from changing until the unit ends. */
  async findForChange(id: string): Promise<CareRow | undefined> {
    const [row] = await this.uow.sql.query<CareRow>(
      `select ${COLUMNS} from care_relationships c where c.id = $1 for update`,
      [id],
    );
    return row;
  }

  /** Whether the caller may see the patient's record, and the specialist works here; and the database's time. */
  async look(
    patientId: string,
    specialistId: string,
  ): Promise<{ hasPatient: boolean; hasSpecialist: boolean; now: Date }> {
    const [found] = await this.uow.sql.query<{ hasPatient: boolean; hasSpecialist: boolean; now: Date }>(
      `select exists (select from patients where id = $1 and deleted_at is null) as "hasPatient",
              exists (select from specialists where id = $2 and deleted_at is null and is_active) as "hasSpecialist",
              current_app_time() as now`,
      [patientId, specialistId],
    );
    return found as { hasPatient: boolean; hasSpecialist: boolean; now: Date };
  }

  /** Nothing comes back: whoever shares or hands over care need not see the other's. Throws conflict when periods meet. */
  async insert(row: CareRow): Promise<void> {
    await this.uow.sql.query(
      `insert into care_relationships
         (organization_id, id, patient_id, specialist_id, reason, opened_at, expires_at, from_relationship_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[row.organization_id, row.id, row.patient_id, row.specialist_id, row.reason],
        ...[row.opened_at, row.expires_at, row.from_relationship_id],
      ],
    );
  }

  async close(id: string, reason: CareEnd): Promise<CareRow | undefined> {
    const [row] = await this.uow.sql.query<CareRow>(
      `update care_relationships c set closed_at = current_app_time(), closed_reason = $2
        where c.id = $1 and c.closed_at is null returning ${COLUMNS}`,
      [id, reason],
    );
    return row;
  }
}
