import { Injectable } from '@nestjs/common';
import type { JoinWaitlistRequest, WaitlistQuery, WaitlistStatus } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface EntryRow {
  organization_id: number;
  id: string;
  patient_id: string;
  appointment_type_id: string;
  specialist_id: string | null;
  earliest: Date | null;
  latest: Date | null;
  status: WaitlistStatus;
  appointment_id: string | null;
  offer_expires_at: Date | null;
  created_at: Date;
  updated_at: Date;
  /** Of the appointment that is offered or was accepted. */
  starts_at: Date | null;
  ends_at: Date | null;
  offered_specialist_id: string | null;
  clinic_id: string | null;
}

const FROM = `select w.organization_id, w.id, w.patient_id, w.appointment_type_id, w.specialist_id, w.earliest, w.latest,
    w.status, w.appointment_id, w.offer_expires_at, w.created_at, w.updated_at, a.starts_at, a.ends_at,
    a.specialist_id as offered_specialist_id, a.clinic_id
  from waitlist_entries w
  left join appointments a on a.organization_id = w.organization_id and a.id = w.appointment_id`;

/** One organization's offers are made by one process at a time, or a later one could pass an earlier. */
const LOCK = 1635083392;

/** SQL of the waitlist. Row-level security narrows it to a patient's own, or the organization's for the desk. */
@Injectable()
export class WaitlistRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async list(query: WaitlistQuery): Promise<{ rows: EntryRow[]; total: number }> {
    const where = '($1::text is null or w.status = $1) and ($2::uuid is null or w.appointment_type_id = $2)';
    const values = [query.status ?? null, query.appointment_type_id ?? null];
    const rows = await this.uow.sql.query<EntryRow>(
      `${FROM} where ${where} order by w.created_at, w.id limit $3 offset $4`,
      [...values, query.page_size, (query.page - 1) * query.page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from waitlist_entries w where ${where}`,
      values,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(id: string): Promise<EntryRow | undefined> {
    const [row] = await this.uow.sql.query<EntryRow>(`${FROM} where w.id = $1`, [id]);
    return row;
  }

  /** The entry, kept from changing until the unit ends. */
  async findForChange(id: string): Promise<EntryRow | undefined> {
    const [row] = await this.uow.sql.query<EntryRow>(`${FROM} where w.id = $1 for update of w`, [id]);
    return row;
  }

  /** False when the patient waits for this type already. */
  async insert(
    organizationId: number,
    id: string,
    patientId: string,
    { appointment_type_id, specialist_id, earliest, latest }: JoinWaitlistRequest,
  ): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into waitlist_entries (organization_id, id, patient_id, appointment_type_id, specialist_id, earliest, latest)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1 as inserted`,
      [
        ...[organizationId, id, patientId, appointment_type_id],
        ...[specialist_id ?? null, earliest ?? null, latest ?? null],
      ],
    );
    return rows.length > 0;
  }

  async change(
    id: string,
    status: WaitlistStatus,
    appointmentId: string | null,
    expiresAt: Date | null = null,
  ): Promise<void> {
    await this.uow.sql.query(
      `update waitlist_entries set status = $2, appointment_id = $3, offer_expires_at = $4, updated_at = now()
        where id = $1`,
      [id, status, appointmentId, expiresAt],
    );
  }

  /** Keeps other processes from making offers of the organization until the unit ends. */
  async lock(organizationId: number): Promise<void> {
    await this.uow.sql.query('select pg_advisory_xact_lock($1, $2)', [LOCK, organizationId]);
  }

  /** Offers that are over, by their time or because the appointment was cancelled otherwise. */
  async ended(now: Date): Promise<EntryRow[]> {
    return this.uow.sql.query<EntryRow>(
      `${FROM} where w.status = 'offered' and (w.offer_expires_at <= $1 or a.status = 'cancelled') for update of w`,
      [now],
    );
  }

  /** Who waits, first come first; nobody who was erased, and nobody whose time has passed. */
  async waiting(now: Date): Promise<EntryRow[]> {
    return this.uow.sql.query<EntryRow>(
      `${FROM} where w.status = 'waiting' and (w.latest is null or w.latest > $1)
          and exists (select 1 from patients p where p.organization_id = w.organization_id and p.id = w.patient_id
            and p.deleted_at is null)
        order by w.created_at, w.id for update of w`,
      [now],
    );
  }
}
