import { Injectable } from '@nestjs/common';
import type { StaffActivity, StaffActivityRequest } from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { LOG_RANGE } from '../platform/log-range.repository';
import { ReaderDatabase } from '../platform/telemetry-databases';

/** Roles of people who work for an organization or for the platform. A patient is none. */
const STAFF_ROLES = ['specialist', 'assistant', 'org_admin', 'compliance', 'superadmin'];

type StaffActivityRow = Omit<StaffActivity, 'first_at' | 'last_at'> & { first_at: Date; last_at: Date };

@Injectable()
export class StaffActivityRepository {
  constructor(private readonly reader: ReaderDatabase) {}

  /** Counts what staff did between two places of a log, per day, activity and kind of thing. */
  async take(sql: Sql, organizationId: number, from: number, to: number): Promise<void> {
    await sql.query(
      `with entry as materialized (${LOG_RANGE})
       insert into staff.staff_activity as known (activity_id, organization_id, user_id, user_role, day, activity,
         resource_type, event_count, first_at, last_at)
       select gen_random_uuid(), organization_id, user_id, user_role, ("timestamp" at time zone 'UTC')::date,
         action, resource_type, count(*), min("timestamp"), max("timestamp")
       from entry where user_id is not null and user_role = any($4)
       group by 2, 3, 4, 5, 6, 7
       on conflict on constraint staff_activity_once do update
         set event_count = known.event_count + excluded.event_count,
             first_at = least(known.first_at, excluded.first_at),
             last_at = greatest(known.last_at, excluded.last_at)`,
      [organizationId, from, to, STAFF_ROLES],
    );
  }

  /** Latest first, older than the position; as the organization. */
  list(
    { organization_id, filters, before }: StaffActivityRequest,
    limit: number,
  ): Promise<StaffActivityRow[]> {
    const { user_id = null, from = null, to = null } = filters;
    return this.reader.transaction({ 'app.current_org_id': String(organization_id) }, (sql) =>
      sql.query<StaffActivityRow>(
        `select activity_id as id, to_char(day, 'YYYY-MM-DD') as day, user_id, user_role, activity, resource_type,
           event_count as count, first_at, last_at
         from staff.organization_staff_activity
         where ($1::uuid is null or user_id = $1)
           and ($2::timestamptz is null or last_at >= $2) and ($3::timestamptz is null or last_at < $3)
           and ($4::timestamptz is null or (last_at, activity_id) < ($4, $5::uuid))
         order by last_at desc, activity_id desc limit $6`,
        [user_id, from, to, before?.timestamp ?? null, before?.event_id ?? null, limit],
      ),
    );
  }
}
