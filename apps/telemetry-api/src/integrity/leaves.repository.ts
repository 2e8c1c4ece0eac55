import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';
import type { NumberedLeaf } from './leaf';

/** First half of the advisory lock's key; the second is the organization. */
const LEAF_LOCK = 1_635_083_380;

/** The leaves of every organization's log. All of it runs in the caller's transaction. */
@Injectable()
export class LeavesRepository {
  /** Those of the events that are in a log already, as far as it is committed. */
  async known(sql: Sql, eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await sql.query<{ event_id: string }>(
      'select event_id from integrity.leaves where event_id = any($1::uuid[])',
      [eventIds],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /**
   * Takes the log of each organization until the transaction ends, in the order given, then reads how long it is.
   * Both statements travel together; the second sees everything that was committed before the locks were held.
   */
  async lock(sql: Sql, organizationIds: readonly number[]): Promise<Map<number, number>> {
    const [, sizes] = await Promise.all([
      sql.query(
        'select pg_advisory_xact_lock($1::int, organization) from unnest($2::int[]) as organization',
        [LEAF_LOCK, organizationIds],
      ),
      sql.query<{ organization: number; size: string }>(
        `select organization, coalesce((
           select leaf_index + 1 from integrity.leaves
           where organization_id = organization order by leaf_index desc limit 1), 0) as size
         from unnest($1::int[]) as organization`,
        [organizationIds],
      ),
    ]);
    return new Map(sizes.map((row) => [row.organization, Number(row.size)]));
  }

  async insert(sql: Sql, leaves: readonly NumberedLeaf[]): Promise<void> {
    await sql.query(
      `insert into integrity.leaves (event_id, organization_id, leaf_index, leaf_hash)
       select event_id, organization_id, leaf_index, decode(leaf_hash, 'hex')
       from unnest($1::uuid[], $2::int[], $3::bigint[], $4::text[])
         as leaf (event_id, organization_id, leaf_index, leaf_hash)`,
      [
        leaves.map((leaf) => leaf.eventId),
        leaves.map((leaf) => leaf.organizationId),
        leaves.map((leaf) => leaf.index),
        leaves.map((leaf) => leaf.hash.toString('hex')),
      ],
    );
  }
}
