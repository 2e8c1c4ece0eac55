import { Injectable } from '@nestjs/common';
import type { StaffActivity, StaffActivityRequest } from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { ReaderDatabase } from '../platform/telemetry-databases';
import type { StaffCount } from './staff-count.policy';

type StaffActivityRow = Omit<StaffActivity, 'first_at' | 'last_at'> & { first_at: Date; last_at: Date };

@Injectable()
export class StaffActivityRepository {
  constructor(private readonly reader: ReaderDatabase) {}

  /** Adds to what is counted. */
  async add(sql: Sql, counts: readonly StaffCount[]): Promise<void> {
    await sql.query(
      `insert into staff.staff_activity as known (activity_id, organization_id, user_id, user_role, day, activity,
         resource_type, event_count, first_at, last_at)
       select gen_random_uuid(), organization_id, user_id, user_role, day, activity, resource_type, event_count,
         first_at, last_at
       from json_to_recordset($1::json) as added (organization_id int, user_id uuid, user_role text, day date,
         activity text, resource_type text, event_count int, first_at timestamptz, last_at timestamptz)
       on conflict on constraint staff_activity_once do update
         set event_count = known.event_count + excluded.event_count,
             first_at = least(known.first_at, excluded.first_at),
             last_at = greatest(known.last_at, excluded.last_at)`,
      [JSON.stringify(counts)],
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
