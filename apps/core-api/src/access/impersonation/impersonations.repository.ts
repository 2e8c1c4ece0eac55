import { Injectable } from '@nestjs/common';
import type { ImpersonationListQuery } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export type ImpersonatorRole = 'assistant' | 'org_admin';

export interface ImpersonationRow {
  organization_id: number;
  id: string;
  user_id: string;
  role: ImpersonatorRole;
  session_id: string;
  patient_id: string;
  patient_user_id: string;
  /** Envelope. */
  reason: string;
  started_at: Date;
  expires_at: Date;
  ended_at: Date | null;
}

/** Longest life (restartix.md 2.1). */
const MINUTES = 60;

/** SQL of impersonations: the caller's own, those of oneself for a patient, the organization's for compliance. */
@Injectable()
export class ImpersonationsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The login behind a record, if it has one that is a patient's here; undefined without such a record. */
  async loginOf(patientId: string): Promise<{ user_id: string | null } | undefined> {
    const [row] = await this.uow.sql.query<{ user_id: string | null }>(
      `select m.user_id from patients p
         left join user_organizations m
           on m.organization_id = p.organization_id and m.user_id = p.user_id and m.role = 'patient'
        where p.id = $1 and p.deleted_at is null`,
      [patientId],
    );
    return row;
  }

  async insert(row: Omit<ImpersonationRow, 'started_at' | 'expires_at' | 'ended_at'>): Promise<Date> {
    const [started] = await this.uow.sql.query<{ expires_at: Date }>(
      `insert into impersonations (organization_id, id, user_id, role, session_id, patient_id, patient_user_id, reason,
         started_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, current_app_time(), current_app_time() + make_interval(mins => $9))
       returning expires_at`,
      [
        ...[row.organization_id, row.id, row.user_id, row.role, row.session_id],
        ...[row.patient_id, row.patient_user_id, row.reason, MINUTES],
      ],
    );
    return (started as { expires_at: Date }).expires_at;
  }

  async list({
    patient_id,
    page,
    page_size,
  }: ImpersonationListQuery): Promise<{ rows: ImpersonationRow[]; total: number }> {
    const where = '($1::uuid is null or patient_id = $1)';
    const rows = await this.uow.sql.query<ImpersonationRow>(
      `select * from impersonations where ${where} order by started_at desc, id limit $2 offset $3`,
      [patient_id ?? null, page_size, (page - 1) * page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from impersonations where ${where}`,
      [patient_id ?? null],
    );
    return { rows, total: count?.total ?? 0 };
  }

  async exists(id: string): Promise<boolean> {
    return (await this.uow.sql.query('select 1 as found from impersonations where id = $1', [id])).length > 0;
  }

  /** Undefined when it has ended. */
  async end(id: string): Promise<ImpersonationRow | undefined> {
    const [row] = await this.uow.sql.query<ImpersonationRow>(
      `update impersonations set ended_at = current_app_time()
        where id = $1 and ended_at is null and expires_at > current_app_time() returning *`,
      [id],
    );
    return row;
  }
}
