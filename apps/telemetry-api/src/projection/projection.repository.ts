import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';
import { WriterDatabase } from '../platform/telemetry-databases';

/** First half of the advisory lock's key; the second is the organization. */
const PROJECT_LOCK = 1_635_083_391;

/** How far each log has been read into what is made of it. */
@Injectable()
export class ProjectionRepository {
  constructor(private readonly database: WriterDatabase) {}

  /** Every log's position. */
  async positions(): Promise<Map<number, number>> {
    const rows = await this.database.query<{ organization_id: number; position: string }>(
      'select organization_id, position from integrity.projections',
    );
    return new Map(rows.map((row) => [row.organization_id, Number(row.position)]));
  }

  /**
   * Runs work from a log's position while no other instance does, and moves the position to what it answers in the
   * same transaction: each event is taken exactly once. Null when another instance is at it.
   */
  advance(
    organizationId: number,
    work: (sql: Sql, position: number) => Promise<number>,
  ): Promise<number | null> {
    return this.database.transaction({}, async (sql) => {
      const [row] = await sql.query<{ taken: boolean }>(
        'select pg_try_advisory_xact_lock($1::int, $2::int) as taken',
        [PROJECT_LOCK, organizationId],
      );
      if (!row?.taken) return null;
      const [known] = await sql.query<{ position: string }>(
        'select position from integrity.projections where organization_id = $1',
        [organizationId],
      );
      const from = Number(known?.position ?? 0);
      const to = await work(sql, from);
      await sql.query(
        `insert into integrity.projections (organization_id, position) values ($1, $2)
         on conflict (organization_id) do update set position = excluded.position`,
        [organizationId, to],
      );
      return to - from;
    });
  }
}
