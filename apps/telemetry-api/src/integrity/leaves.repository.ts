import { Injectable } from '@nestjs/common';
import type { Statement } from '@restartix/database';
import { WriterDatabase } from '../platform/telemetry-databases';
import type { Leaf } from './leaf';

/** First half of the advisory lock's key; the second is the organization. */
const LEAF_LOCK = 1_635_083_380;

/** The leaves of every organization's log. */
@Injectable()
export class LeavesRepository {
  constructor(private readonly writer: WriterDatabase) {}

  /** Those of the events that are in a log already, as far as it is committed. */
  async known(eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.writer.query<{ event_id: string }>(
      'select event_id from integrity.leaves where event_id = any($1::uuid[])',
      [eventIds],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /**
   * What takes the log of each organization, in the order given, until the transaction ends, and adds the leaves behind its
   * last one in their order. The second statement sees everything that was committed before the locks were held.
   */
  adding(leaves: readonly Leaf[], organizationIds: readonly number[]): Statement[] {
    return [
      {
        text: 'select pg_advisory_xact_lock($1::int, organization) from unnest($2::int[]) as organization',
        values: [LEAF_LOCK, organizationIds],
      },
      {
        text: `with log as materialized (
            select id, coalesce((select leaf_index + 1 from integrity.leaves
                                 where organization_id = id order by leaf_index desc limit 1), 0) as size
            from unnest($4::int[]) as id)
          insert into integrity.leaves (event_id, organization_id, leaf_index, leaf_hash)
          select event_id, organization_id,
            size + row_number() over (partition by organization_id order by place) - 1, decode(leaf_hash, 'hex')
          from unnest($1::uuid[], $2::int[], $3::text[]) with ordinality
            as leaf (event_id, organization_id, leaf_hash, place)
          join log on id = organization_id`,
        values: [
          leaves.map((leaf) => leaf.eventId),
          leaves.map((leaf) => leaf.organizationId),
          leaves.map((leaf) => leaf.hash.toString('hex')),
          organizationIds,
        ],
      },
    ];
  }
}
