import { Injectable } from '@nestjs/common';
import { fullNodes, type NodeRef } from '@restartix/crypto';
import { CheckpointSigner } from './checkpoint-signer';
import { LogFault } from './log-fault';
import { TreeRepository, type StoredCheckpoint } from './tree.repository';

/** Reads the stored tree of a log for those who check it: a node that is missing is null, not an error. */
@Injectable()
export class LogReaderService {
  constructor(
    private readonly tree: TreeRepository,
    private readonly signer: CheckpointSigner,
  ) {}

  /** The hashes of full nodes, in order; null for one that is not stored. */
  async nodes(organizationId: number, refs: readonly NodeRef[]): Promise<(Buffer | null)[]> {
    if (refs.length === 0) return [];
    const read = await this.tree.nodes(organizationId, refs);
    return refs.map((ref) => {
      try {
        return read(ref);
      } catch (error) {
        if (error instanceof LogFault) return null;
        throw error;
      }
    });
  }

  /** The frontier of the tree over the first `size` leaves; null when a node of it is missing. */
  async frontier(organizationId: number, size: number): Promise<Buffer[] | null> {
    const hashes = await this.nodes(organizationId, fullNodes(0, size));
    return hashes.includes(null) ? null : (hashes as Buffer[]);
  }

  /** Checkpoints of sizes after `from` up to `to`, smallest first. */
  checkpoints(organizationId: number, from: number, to: number): Promise<StoredCheckpoint[]> {
    return this.tree.within(organizationId, from, to);
  }

  /** Whether a checkpoint is a note of this log that a known key signed. */
  isSigned(organizationId: number, checkpoint: StoredCheckpoint): boolean {
    return this.signer.signed(checkpoint.note, organizationId, checkpoint);
  }
}
