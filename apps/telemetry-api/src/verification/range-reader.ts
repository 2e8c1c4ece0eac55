import { Injectable } from '@nestjs/common';
import { growTree } from '@restartix/crypto';
import { StoredEventsService } from '../audit-log/stored-events.service';
import { LogReaderService } from '../integrity/log-reader.service';
import { ProofsService } from '../integrity/proofs.service';
import { mayHaveGone } from './dropped.policy';
import type { LogRange } from './inspect-range';
import { VerificationRepository } from './verification.repository';

/** Leaves of a log from a place to before another. */
export interface Range {
  from: number;
  to: number;
}

/** Reads a range of a log with everything it is checked against. */
@Injectable()
export class RangeReader {
  constructor(
    private readonly proofs: ProofsService,
    private readonly reader: LogReaderService,
    private readonly events: StoredEventsService,
    private readonly repository: VerificationRepository,
  ) {}

  /** What the database says of leaves that checkpoints cover. */
  async read(organizationId: number, { from, to }: Range): Promise<LogRange> {
    const leaves = await this.proofs.leaves(organizationId, from, to - from);
    const [rows, drops, frontier, checkpoints] = await Promise.all([
      this.events.leavesToCheck(leaves.map(({ eventId }) => eventId)),
      this.repository.drops(organizationId),
      this.reader.frontier(organizationId, from),
      this.reader.checkpoints(organizationId, from, to),
    ]);
    const hashes = leaves.map(({ hash }) => hash);
    const nodes = frontier ? growTree(from, frontier, hashes).nodes : [];
    const stored = await this.reader.nodes(organizationId, nodes);
    const byPlace = new Map(nodes.map(({ level, index }, at) => [`${level}/${index}`, stored[at] ?? null]));
    return {
      from,
      to,
      leaves,
      rows: new Map([...rows].map(([eventId, leaf]) => [eventId, leaf.hash])),
      mayBeDropped: (eventId) => mayHaveGone(eventId, drops),
      frontier,
      stored: ({ level, index }) => byPlace.get(`${level}/${index}`) ?? null,
      checkpoints: checkpoints.map((checkpoint) => ({
        size: checkpoint.size,
        root: checkpoint.root,
        isSigned: this.reader.isSigned(organizationId, checkpoint),
      })),
    };
  }
}
