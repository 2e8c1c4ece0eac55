import { Injectable } from '@nestjs/common';
import type { AddOverrideRequest, DateOverride, Schedule, WeeklyHours } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { clockOf, minutesOf } from './weekly-hours';

interface OverrideRow extends Omit<DateOverride, 'starts_at' | 'ends_at'> {
  starts_at: Date;
  ends_at: Date;
}

const OVERRIDE = 'id, starts_at, ends_at, is_available, clinic_id, appointment_type_id';

@Injectable()
export class SchedulesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async ownerOf(specialistId: string): Promise<{ user_id: string | null } | undefined> {
    const [row] = await this.uow.sql.query<{ user_id: string | null }>(
      'select user_id from specialists where id = $1 and deleted_at is null',
      [specialistId],
    );
    return row;
  }

  async find(specialistId: string): Promise<Schedule | undefined> {
    const [specialist] = await this.uow.sql.query<Pick<Schedule, 'id' | 'timezone' | 'is_active'>>(
      `select id, scheduling_timezone as timezone, scheduling_active as is_active from specialists
        where id = $1 and deleted_at is null`,
      [specialistId],
    );
    if (!specialist) return undefined;
    const hours = await this.uow.sql.query<{
      day: number;
      start: number;
      end: number;
      clinic_id: string | null;
    }>(
      `select day_of_week as day, start_minute as start, end_minute as end, clinic_id from specialist_weekly_hours
        where specialist_id = $1 and removed_at is null order by day_of_week, start_minute, id`,
      [specialistId],
    );
    const overrides = await this.uow.sql.query<OverrideRow>(
      `select ${OVERRIDE} from specialist_date_overrides
        where specialist_id = $1 and removed_at is null and ends_at > now() order by starts_at, id`,
      [specialistId],
    );
    return {
      ...specialist,
      weekly_hours: hours.map(({ day, start, end, clinic_id }) => ({
        ...{ day_of_week: day, start: clockOf(start), end: clockOf(end), clinic_id },
      })),
      overrides: overrides.map(toOverride),
    };
  }

  async replaceHours(
    organizationId: number,
    specialistId: string,
    hours: readonly (WeeklyHours & { id: string })[],
  ): Promise<void> {
    await this.uow.sql.query(
      'update specialist_weekly_hours set removed_at = now() where specialist_id = $1 and removed_at is null',
      [specialistId],
    );
    const rows = hours.map(({ start, end, ...row }) => ({
      ...row,
      start: minutesOf(start),
      end: minutesOf(end),
    }));
    await this.uow.sql.query(
      `insert into specialist_weekly_hours
         (organization_id, id, specialist_id, clinic_id, day_of_week, start_minute, end_minute)
       select $1, h.id, $2, h.clinic_id, h.day_of_week, h.start, h.end
         from jsonb_to_recordset($3::jsonb)
           as h (id uuid, clinic_id uuid, day_of_week smallint, start smallint, "end" smallint)`,
      [organizationId, specialistId, JSON.stringify(rows)],
    );
  }

  async insertOverride(
    organizationId: number,
    specialistId: string,
    id: string,
    override: AddOverrideRequest,
  ): Promise<DateOverride> {
    const [row] = await this.uow.sql.query<OverrideRow>(
      `insert into specialist_date_overrides
         (organization_id, id, specialist_id, clinic_id, appointment_type_id, starts_at, ends_at, is_available)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${OVERRIDE}`,
      [
        ...[
          organizationId,
          id,
          specialistId,
          override.clinic_id ?? null,
          override.appointment_type_id ?? null,
        ],
        ...[override.starts_at, override.ends_at, override.is_available],
      ],
    );
    return toOverride(row as OverrideRow);
  }

  async removeOverride(specialistId: string, id: string): Promise<DateOverride | undefined> {
    const [row] = await this.uow.sql.query<OverrideRow>(
      `update specialist_date_overrides set removed_at = now()
        where specialist_id = $1 and id = $2 and removed_at is null returning ${OVERRIDE}`,
      [specialistId, id],
    );
    return row && toOverride(row);
  }
}

const toOverride = ({ starts_at, ends_at, ...row }: OverrideRow): DateOverride => ({
  ...row,
  starts_at: starts_at.toISOString(),
  ends_at: ends_at.toISOString(),
});
