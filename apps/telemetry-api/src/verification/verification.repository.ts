import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';
import { WriterDatabase } from '../platform/telemetry-databases';
import type { Drop } from './dropped.policy';
import type { Fault, FaultKind } from './inspect-range';

/** First half of the advisory lock's key; the second is the organization. */
const VERIFY_LOCK = 1_635_083_390;
/** Open faults kept per log: enough to see what happened, not a second log. */
const FAULTS_MAX = 100;
/** No partition is dropped earlier: audit.drop_partition refuses a shorter term. */
const SHORTEST_TERM_DAYS = 2190;

/** How far the verification of a log is. */
export interface Progress {
  /** Leaves looked at once. */
  verified: number;
  verifiedAt: Date | null;
  /** Leaves looked at again in the pass under way. */
  passPosition: number;
  passStartedAt: Date | null;
  passCompletedAt: Date | null;
}

export interface OpenFault {
  kind: FaultKind;
  leaf_index: string;
  event_id: string | null;
  found_at: Date;
}

interface ProgressRow {
  verified: string;
  verified_at: Date | null;
  pass_position: string;
  pass_started_at: Date | null;
  pass_completed_at: Date | null;
}

const NOTHING_YET: Progress = {
  verified: 0,
  verifiedAt: null,
  passPosition: 0,
  passStartedAt: null,
  passCompletedAt: null,
};

@Injectable()
export class VerificationRepository {
  constructor(private readonly database: WriterDatabase) {}

  /** Runs work while no other instance verifies the log; null when one does. */
  alone<T>(organizationId: number, work: (sql: Sql) => Promise<T>): Promise<T | null> {
    return this.database.transaction({}, async (sql) => {
      const [row] = await sql.query<{ taken: boolean }>(
        'select pg_try_advisory_xact_lock($1::int, $2::int) as taken',
        [VERIFY_LOCK, organizationId],
      );
      return row?.taken ? work(sql) : null;
    });
  }

  async progress(organizationId: number, sql: Sql = this.database): Promise<Progress> {
    const [row] = await sql.query<ProgressRow>(
      `select verified, verified_at, pass_position, pass_started_at, pass_completed_at
       from integrity.verifications where organization_id = $1`,
      [organizationId],
    );
    if (!row) return NOTHING_YET;
    return {
      verified: Number(row.verified),
      verifiedAt: row.verified_at,
      passPosition: Number(row.pass_position),
      passStartedAt: row.pass_started_at,
      passCompletedAt: row.pass_completed_at,
    };
  }

  /** Drops of partitions with events of the organization; one within the shortest term counts for nothing. */
  drops(organizationId: number): Promise<Drop[]> {
    return this.database.query(
      `select range_from as "from", range_to as "to" from integrity.retention_drops
       where organization_id = $1 and range_to <= dropped_at - make_interval(days => $2)`,
      [organizationId, SHORTEST_TERM_DAYS],
    );
  }

  async keep(sql: Sql, organizationId: number, progress: Progress): Promise<void> {
    await sql.query(
      `insert into integrity.verifications
         (organization_id, verified, verified_at, pass_position, pass_started_at, pass_completed_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (organization_id) do update set verified = excluded.verified,
         verified_at = excluded.verified_at, pass_position = excluded.pass_position,
         pass_started_at = excluded.pass_started_at, pass_completed_at = excluded.pass_completed_at`,
      [
        organizationId,
        progress.verified,
        progress.verifiedAt,
        progress.passPosition,
        progress.passStartedAt,
        progress.passCompletedAt,
      ],
    );
  }

  /**
   * Writes down what a range is found at fault with; faults of the range that were not found again are resolved.
   * Answers how many are open in the whole log.
   */
  async found(
    sql: Sql,
    organizationId: number,
    range: { from: number; to: number },
    faults: readonly Fault[],
  ): Promise<number> {
    const named = faults.slice(0, FAULTS_MAX);
    await sql.query(
      `update integrity.faults set resolved_at = now()
       where organization_id = $1 and resolved_at is null and leaf_index >= $2 and leaf_index < $3
         and (kind, leaf_index) not in (select * from unnest($4::text[], $5::bigint[]))`,
      [
        organizationId,
        range.from,
        range.to,
        named.map(({ kind }) => kind),
        named.map(({ leafIndex }) => leafIndex),
      ],
    );
    if (named.length > 0) {
      await sql.query(
        `insert into integrity.faults (organization_id, kind, leaf_index, event_id)
         select $1, kind, leaf_index, event_id from unnest($2::text[], $3::bigint[], $4::uuid[])
           as fault (kind, leaf_index, event_id)
         where (select count(*) from integrity.faults where organization_id = $1 and resolved_at is null) < $5
         on conflict (organization_id, kind, leaf_index) do update set resolved_at = null,
           found_at = case when faults.resolved_at is null then faults.found_at else now() end`,
        [
          organizationId,
          named.map(({ kind }) => kind),
          named.map(({ leafIndex }) => leafIndex),
          named.map(({ eventId }) => eventId),
          FAULTS_MAX,
        ],
      );
    }
    return this.countOpen(organizationId, sql);
  }

  /** What is open, in the order of the log. */
  openFaults(organizationId: number): Promise<OpenFault[]> {
    return this.database.query(
      `select kind, leaf_index, event_id, found_at from integrity.faults
       where organization_id = $1 and resolved_at is null order by leaf_index, kind limit $2`,
      [organizationId, FAULTS_MAX],
    );
  }

  private async countOpen(organizationId: number, sql: Sql): Promise<number> {
    const [row] = await sql.query<{ count: number }>(
      `select count(*)::int as count from integrity.faults where organization_id = $1 and resolved_at is null`,
      [organizationId],
    );
    return row?.count ?? 0;
  }
}
