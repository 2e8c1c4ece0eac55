import { Injectable } from '@nestjs/common';
import type {
  Appointment,
  AppointmentListQuery,
  AppointmentStatus,
  AppointmentTransition,
} from '@restartix/contracts';
import { UnitOfWork, type Statement } from '@restartix/database';
import { assignmentsOf, parametersOf } from '../../platform/columns';
import type { SealedColumn, SealedTexts } from './appointment.cipher';

export interface AppointmentRow extends Record<SealedColumn, string | null> {
  organization_id: number;
  id: string;
  version: number;
  status: AppointmentStatus;
  appointment_type_id: string | null;
  specialist_id: string;
  clinic_id: string | null;
  patient_id: string | null;
  mode: Appointment['mode'];
  starts_at: Date;
  ends_at: Date;
  occupied_from: Date;
  occupied_until: Date;
  booked_via: Appointment['booked_via'];
  cancellation_reason: string | null;
  rating: number | null;
  /** Key of the texts; null where there is none, and after the erasure of the patient. */
  wrapped_key: string | null;
  created_at: Date;
  updated_at: Date;
}

/** What a booking writes; envelopes are sealed already. */
export type NewAppointment = Pick<
  AppointmentRow,
  | 'organization_id'
  | 'id'
  | 'status'
  | 'appointment_type_id'
  | 'specialist_id'
  | 'clinic_id'
  | 'patient_id'
  | 'mode'
  | 'starts_at'
  | 'ends_at'
  | 'occupied_from'
  | 'occupied_until'
  | 'booked_via'
> &
  SealedTexts & { hold_id?: string };

export interface TransitionStep {
  from: AppointmentStatus | null;
  to: AppointmentStatus;
  fromStartsAt?: Date;
  toStartsAt?: Date;
}

const COLUMNS = `organization_id, id, version, status, appointment_type_id, specialist_id, clinic_id, patient_id, mode,
  starts_at, ends_at, occupied_from, occupied_until, booked_via, contact_name, contact_email, contact_phone, reason,
  cancellation_reason, cancellation_note, rating, rating_comment, wrapped_key, created_at, updated_at`;
const FIND = `select ${COLUMNS} from appointments where id = $1`;

/** SQL of appointments. Row-level security narrows it to the caller's own, or the organization's for the desk. */
@Injectable()
export class AppointmentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  one(id: string): Statement {
    return { text: FIND, values: [id] };
  }

  async findForChange(id: string): Promise<AppointmentRow | undefined> {
    const [row] = await this.uow.sql.query<AppointmentRow>(`${FIND} for update`, [id]);
    return row;
  }

  async find(id: string): Promise<AppointmentRow | undefined> {
    const [row] = await this.uow.sql.query<AppointmentRow>(FIND, [id]);
    return row;
  }

  async list(query: AppointmentListQuery): Promise<{ rows: AppointmentRow[]; total: number }> {
    const where = `($1::text[] is null or status = any($1)) and ($2::uuid is null or specialist_id = $2)
      and ($3::uuid is null or patient_id = $3) and ($4::timestamptz is null or starts_at >= $4)
      and ($5::timestamptz is null or starts_at <= $5)`;
    const values = [
      ...[query.status ?? null, query.specialist_id ?? null, query.patient_id ?? null],
      ...[query['starts_at.gte'] ?? null, query['starts_at.lte'] ?? null],
    ];
    const order = query.sort === 'starts_at' ? 'starts_at, id' : 'starts_at desc, id';
    const rows = await this.uow.sql.query<AppointmentRow>(
      `select ${COLUMNS} from appointments where ${where} order by ${order} limit $6 offset $7`,
      [...values, query.page_size, (query.page - 1) * query.page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from appointments where ${where}`,
      values,
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** Writes a booking unless its time is taken: the constraint has the last word, and nothing fails. */
  async insert(booking: NewAppointment): Promise<boolean> {
    const columns = Object.keys(booking);
    const rows = await this.uow.sql.query(
      `insert into appointments (${columns.join(', ')}) values (${parametersOf(columns, 1)})
       on conflict do nothing returning 1 as inserted`,
      Object.values(booking),
    );
    return rows.length > 0;
  }

  async insertTransition(
    organizationId: number,
    id: string,
    appointmentId: string,
    step: TransitionStep,
    by: { userId: string | null; role: string },
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into appointment_transitions
         (organization_id, id, appointment_id, from_status, to_status, from_starts_at, to_starts_at, by_user, by_role)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[organizationId, id, appointmentId, step.from, step.to],
        ...[step.fromStartsAt ?? null, step.toStartsAt ?? null, by.userId, by.role],
      ],
    );
  }

  /** Whether somebody is taken in a range, by another appointment than this one. */
  async isTaken(specialistId: string, from: Date, until: Date, exceptId: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `select 1 as taken from appointments where specialist_id = $1 and id <> $4
          and status not in ('cancelled', 'noshow') and occupied_from < $3 and $2 < occupied_until limit 1`,
      [specialistId, from, until, exceptId],
    );
    return rows.length > 0;
  }

  /** Undefined when the caller may not change it. */
  async update(id: string, columns: Record<string, unknown>): Promise<AppointmentRow | undefined> {
    const given = Object.entries(columns);
    const [row] = await this.uow.sql.query<AppointmentRow>(
      `update appointments set ${assignmentsOf(given, 2)}, version = version + 1, updated_at = now()
        where id = $1 returning ${COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return row;
  }

  /** Whether a patient has been, or is to be, with a specialist. */
  async hasMet(patientId: string, specialistId: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `select 1 as met from appointments where patient_id = $1 and specialist_id = $2 and status <> 'cancelled'
       union all
       select 1 from care_relationships where patient_id = $1 and specialist_id = $2 limit 1`,
      [patientId, specialistId],
    );
    return rows.length > 0;
  }

  /** Times of a patient that were cancelled and are still to come, as `specialist milliseconds`. */
  async cancelledOf(patientId: string): Promise<Set<string>> {
    const rows = await this.uow.sql.query<{ specialist_id: string; starts_at: Date }>(
      `select specialist_id, starts_at from appointments
        where patient_id = $1 and status = 'cancelled' and starts_at > now() - interval '1 day'`,
      [patientId],
    );
    return new Set(rows.map(({ specialist_id, starts_at }) => `${specialist_id} ${starts_at.getTime()}`));
  }

  /** Logins of the organization's administrators. */
  async administrators(): Promise<string[]> {
    const rows = await this.uow.sql.query<{ user_id: string }>(
      'select user_id from organization_administrators()',
      [],
    );
    return rows.map(({ user_id }) => user_id);
  }

  async specialistOf(userId: string): Promise<string | undefined> {
    const [row] = await this.uow.sql.query<{ id: string }>(
      'select id from specialists where user_id = $1 and deleted_at is null',
      [userId],
    );
    return row?.id;
  }

  async history(id: string): Promise<AppointmentTransition[]> {
    const rows = await this.uow.sql.query<
      Omit<AppointmentTransition, 'at' | 'from_starts_at' | 'to_starts_at'> &
        Record<'at', Date> &
        Record<'from_starts_at' | 'to_starts_at', Date | null>
    >(
      `select id, from_status, to_status, from_starts_at, to_starts_at, by_user, by_role, at
         from appointment_transitions where appointment_id = $1 order by at, id`,
      [id],
    );
    return rows.map(({ at, from_starts_at, to_starts_at, ...row }) => ({
      ...row,
      from_starts_at: from_starts_at?.toISOString() ?? null,
      to_starts_at: to_starts_at?.toISOString() ?? null,
      at: at.toISOString(),
    }));
  }
}
