import { Injectable } from '@nestjs/common';
import type { AuditEvent } from '@restartix/contracts';
import type { Statement } from '@restartix/database';
import { leafOf, newLeaves, type Leaf } from './leaf';
import { LeavesRepository } from './leaves.repository';

export type { Leaf } from './leaf';

/** The log behind the audit record: which events are in it, at which place, with which hash. */
@Injectable()
export class IntegrityService {
  constructor(private readonly leaves: LeavesRepository) {}

  /** See {@link leafOf}. */
  leafOf(event: AuditEvent): Leaf {
    return leafOf(event);
  }

  /** The first leaf of each event, whether it is in a log already or not. */
  distinct(leaves: readonly Leaf[]): Leaf[] {
    return newLeaves(leaves, new Set());
  }

  /** The first leaf of each event that is in no log yet. Another transaction may still be about to add one of them. */
  async unknown(leaves: readonly Leaf[]): Promise<Leaf[]> {
    return newLeaves(leaves, await this.leaves.known(leaves.map(({ eventId }) => eventId)));
  }

  /**
   * What adds the leaves of new events to the logs of their organizations, as the last thing the caller's transaction
   * does. Organizations are locked in ascending order until it ends, so that two batches never wait for each other
   * in a circle and no place is given twice or left out. An event that was added meanwhile breaks the primary key:
   * already_exists, and the whole transaction is to be made again.
   */
  appending(leaves: readonly Leaf[]): Statement[] {
    const organizations = [...new Set(leaves.map((leaf) => leaf.organizationId))].sort((a, b) => a - b);
    return this.leaves.adding(leaves, organizations);
  }
}
