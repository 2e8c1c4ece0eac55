import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

@Injectable()
export class CareRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Opens a relationship between a patient and the specialist who signs in as this user; false when there is none. */
  async openForUser(id: string, patientId: string, userId: string): Promise<boolean> {
    const [specialist] = await this.uow.sql.query<{ id: string; organization_id: number }>(
      'select id, organization_id from specialists where user_id = $1 and deleted_at is null',
      [userId],
    );
    if (!specialist) return false;
    await this.uow.sql.query(
      `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
       values ($1, $2, $3, $4, 'assignment')`,
      [specialist.organization_id, id, patientId, specialist.id],
    );
    return true;
  }

  /** Opens a relationship that an appointment gives reason for, unless one is open. */
  async openByAppointment(
    organizationId: number,
    id: string,
    patientId: string,
    specialistId: string,
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
       values ($1, $2, $3, $4, 'appointment') on conflict do nothing`,
      [organizationId, id, patientId, specialistId],
    );
  }

  /** Closes what appointments opened, when none is left that was held or is to come. */
  async closeWithoutAppointments(patientId: string, specialistId: string): Promise<void> {
    await this.uow.sql.query(
      `update care_relationships c set closed_at = now(), closed_reason = 'appointments'
        where c.patient_id = $1 and c.specialist_id = $2 and c.reason = 'appointment' and c.closed_at is null
          and not exists (select 1 from appointments a where a.organization_id = c.organization_id
            and a.patient_id = c.patient_id and a.specialist_id = c.specialist_id
            and a.status not in ('cancelled', 'noshow'))`,
      [patientId, specialistId],
    );
  }

  /** Closes what appointments opened, when the last visit ended so many days ago and none is to come. */
  async closeAfterVisits(now: Date, days: number): Promise<number> {
    const rows = await this.uow.sql.query(
      `update care_relationships c set closed_at = now(), closed_reason = 'appointments'
        where c.reason = 'appointment' and c.closed_at is null
          and (select max(a.ends_at) from appointments a where a.organization_id = c.organization_id
            and a.patient_id = c.patient_id and a.specialist_id = c.specialist_id
            and a.status not in ('cancelled', 'noshow')) < $1::timestamptz - make_interval(days => $2)
          and not exists (select 1 from appointments a where a.organization_id = c.organization_id
            and a.patient_id = c.patient_id and a.specialist_id = c.specialist_id
            and a.status in ('booked', 'upcoming', 'confirmed', 'checked_in', 'inprogress'))
        returning 1 as closed`,
      [now, days],
    );
    return rows.length;
  }
}
