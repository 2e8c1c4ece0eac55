import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';

/** Key of the advisory lock under which sign-ins are compared. */
const TRAVEL_LOCK = 1_953_653_100;

export interface SignInRow {
  user_id: string;
  at: Date;
  ip_address: string;
}

@Injectable()
export class TravelRepository {
  /** Until the transaction ends no other compares sign-ins: of two in two logs, the second sees the first. */
  async lock(sql: Sql): Promise<void> {
    await sql.query('select pg_advisory_xact_lock($1)', [TRAVEL_LOCK]);
  }

  /** Known sign-ins of people between two moments, in every log. */
  signIns(sql: Sql, userIds: readonly string[], from: Date, to: Date): Promise<SignInRow[]> {
    return sql.query<SignInRow>(
      `select user_id, occurred_at as at, host(ip_address) as ip_address from security.security_events
        where user_id = any($1::uuid[]) and kind in ('sign_in', 'impossible_travel')
          and occurred_at between $2 and $3 and ip_address is not null`,
      [userIds, from, to],
    );
  }
}
