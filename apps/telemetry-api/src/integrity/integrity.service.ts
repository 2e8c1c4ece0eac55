import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';
import { leafOf, numberLeaves, type Leaf, type NumberedLeaf } from './leaf';
import { LeavesRepository } from './leaves.repository';

export type { Leaf, NumberedLeaf } from './leaf';

/** The log behind the audit record: which events are in it, at which place, with which hash. */
@Injectable()
export class IntegrityService {
  constructor(private readonly leaves: LeavesRepository) {}

  /** See {@link leafOf}. */
  leafOf<E extends { event_id: string; organization_id: number }>(event: E): Leaf {
    return leafOf(event);
  }

  /**
   * Adds leaves to the logs of their organizations in the caller's transaction; answers those that are new, numbered,
   * in the order given. Organizations are locked in ascending order until the transaction ends, so that two batches
   * never wait for each other in a circle and no place is given twice or left out. Throws already_exists when an
   * event is being stored for another organization at the same time.
   */
  async append<L extends Leaf>(sql: Sql, leaves: readonly L[]): Promise<(L & NumberedLeaf)[]> {
    const organizations = [...new Set(leaves.map((leaf) => leaf.organizationId))].sort((a, b) => a - b);
    const eventIds = leaves.map((leaf) => leaf.eventId);
    const fresh = numberLeaves(leaves, await this.leaves.open(sql, organizations, eventIds));
    if (fresh.length > 0) await this.leaves.insert(sql, fresh);
    return fresh;
  }
}
