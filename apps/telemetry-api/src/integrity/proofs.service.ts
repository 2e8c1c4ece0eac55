import { Injectable } from '@nestjs/common';
import type {
  AuditCheckpoint,
  AuditCheckpointsRequest,
  AuditCheckpointsResponse,
  AuditConsistency,
  AuditConsistencyRequest,
  AuditProof,
  AuditTreeHead,
} from '@restartix/contracts';
import { consistencyNodes, fullNodes, inclusionNodes, proofHashes, rootOf } from '@restartix/crypto';
import { invalid, notFound } from '@restartix/errors';
import { TreeRepository, type LogWork, type StoredCheckpoint } from './tree.repository';

/** The copies of a log outside of the database. */
export type CopyName = Exclude<LogWork, 'seal'>;

/** A leaf of a log and its place. */
export interface SealedLeaf {
  eventId: string;
  index: number;
  hash: Buffer;
}

const shown = ({ size, root, note, sealedAt }: StoredCheckpoint): AuditCheckpoint => ({
  size,
  root: root.toString('hex'),
  note,
  sealed_at: sealedAt.toISOString(),
});

const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

/** Proves to others what the sealed log holds. */
@Injectable()
export class ProofsService {
  constructor(private readonly tree: TreeRepository) {}

  /** The newest checkpoint of a log; null before the first. */
  newest(organizationId: number): Promise<StoredCheckpoint | null> {
    return this.tree.newest(organizationId);
  }

  /** Every log that has a checkpoint, with the size of the newest. */
  sealed(): Promise<{ organizationId: number; size: number }[]> {
    return this.tree.sealed();
  }

  /** Does one copy of a log while no other instance does it; null when one does. */
  copying<T>(organizationId: number, copy: CopyName, work: () => Promise<T>): Promise<T | null> {
    return this.tree.write(async (sql) =>
      (await this.tree.lock(sql, organizationId, copy)) ? work() : null,
    );
  }

  /** Leaves at so many places of a log from one on, in order; none stands for one that is gone. */
  async leaves(organizationId: number, from: number, places: number): Promise<SealedLeaf[]> {
    const rows = await this.tree.leaves(organizationId, from, places);
    return rows
      .map(({ event_id, leaf_index, leaf_hash }) => ({
        eventId: event_id,
        index: Number(leaf_index),
        hash: leaf_hash,
      }))
      .filter(({ index }) => index < from + places);
  }

  /** That the leaf is in the log, under this checkpoint of it; null when it does not cover it. */
  async inclusion(
    organizationId: number,
    leafIndex: number,
    checkpoint: StoredCheckpoint | null,
  ): Promise<AuditProof | null> {
    if (!checkpoint || checkpoint.size <= leafIndex) return null;
    const [hashes] = await this.inclusions(organizationId, [leafIndex], checkpoint.size);
    return {
      leaf_index: leafIndex,
      tree_size: checkpoint.size,
      hashes: hashes as string[],
      checkpoint: checkpoint.note,
    };
  }

  /** The hashes of the proofs of several leaves in the tree of one size, hexadecimal. */
  async inclusions(organizationId: number, leaves: readonly number[], size: number): Promise<string[][]> {
    const paths = leaves.map((index) => inclusionNodes(index, size));
    const read = await this.tree.nodes(organizationId, paths.flat(2));
    return paths.map((path) => hex(proofHashes(path, read)));
  }

  /** A page of checkpoints, newest first. */
  async checkpoints(request: AuditCheckpointsRequest): Promise<AuditCheckpointsResponse> {
    const { organization_id, before, page_size } = request;
    const found = await this.tree.before(organization_id, before, page_size + 1);
    const page = found.slice(0, page_size);
    const last = found.length > page_size ? page.at(-1) : undefined;
    return { checkpoints: page.map(shown), next: last?.size ?? null };
  }

  /**
   * That the log at a later size goes on from an earlier one. `to` null is the newest checkpoint. Throws not_found for
   * a size beyond it, validation_error when the two are the wrong way round.
   */
  async consistency({ organization_id, from, to }: AuditConsistencyRequest): Promise<AuditConsistency> {
    const newest = await this.tree.newest(organization_id);
    const end = to ?? newest?.size ?? 0;
    if (!newest || Math.max(from, end) > newest.size) throw notFound();
    if (from > end) throw invalid([{ field: 'from', reason: 'must not be after to' }]);
    const path = consistencyNodes(from, end);
    const read = await this.tree.nodes(organization_id, path.flat());
    return {
      from: await this.head(organization_id, from),
      to: await this.head(organization_id, end),
      hashes: hex(proofHashes(path, read)),
    };
  }

  /** The checkpoint at a size, or the newest; null when there is none. */
  async checkpoint(organizationId: number, size: number | null): Promise<AuditCheckpoint | null> {
    const found = await (size === null
      ? this.tree.newest(organizationId)
      : this.tree.at(organizationId, size));
    return found && shown(found);
  }

  private async head(organizationId: number, size: number): Promise<AuditTreeHead> {
    const refs = fullNodes(0, size);
    const [read, checkpoint] = await Promise.all([
      this.tree.nodes(organizationId, refs),
      this.tree.at(organizationId, size),
    ]);
    return { size, root: rootOf(refs.map(read)).toString('hex'), note: checkpoint?.note ?? null };
  }
}
