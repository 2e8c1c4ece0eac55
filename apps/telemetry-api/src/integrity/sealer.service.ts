import { Injectable } from '@nestjs/common';
import { fullNodes, growTree, rootOf } from '@restartix/crypto';
import type { Sql } from '@restartix/database';
import { AlertPort, PlatformLogger } from '@restartix/logging';
import { CheckpointSigner } from './checkpoint-signer';
import { LogFault } from './log-fault';
import { TreeRepository } from './tree.repository';

const UNSEALED = 'audit_log_unsealed';
/** Most leaves under one new checkpoint; more are sealed by the next one right after. */
const LEAVES_MAX = 20_000;

/** Seals the organizations' logs: stores the nodes of their trees and signs checkpoints. Any number may run. */
@Injectable()
export class SealerService {
  private readonly logger: PlatformLogger;

  constructor(
    private readonly tree: TreeRepository,
    private readonly signer: CheckpointSigner,
    private readonly alerts: AlertPort,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('sealer');
  }

  /** Seals every log that has grown; answers its organizations. A log at fault is reported and left unsealed. */
  async round(): Promise<number[]> {
    const organizations = await this.tree.unsealed();
    for (const organizationId of organizations) {
      try {
        while (await this.seal(organizationId));
        this.alerts.resolve(UNSEALED, { organization: organizationId });
      } catch (error) {
        if (!(error instanceof LogFault)) throw error;
        this.logger.error('A log is not what its checkpoint says', {
          organization_id: organizationId,
          error,
        });
        this.alerts.raise({
          code: UNSEALED,
          severity: 'critical',
          summary: 'A log is not what its checkpoint says and is sealed no further.',
          labels: { organization: organizationId },
        });
      }
    }
    return organizations;
  }

  /** One more checkpoint; whether there may be more to seal. */
  private seal(organizationId: number): Promise<boolean> {
    return this.tree.write(async (sql) => {
      if (!(await this.tree.lock(sql, organizationId, 'seal'))) return false;
      const { size, frontier } = await this.standing(sql, organizationId);
      const leaves = await this.tree.leaves(organizationId, size, LEAVES_MAX, sql);
      if (leaves.length === 0) return false;
      const gap = leaves.findIndex(({ leaf_index }, offset) => Number(leaf_index) !== size + offset);
      if (gap >= 0) throw new LogFault(`Leaf ${size + gap} is missing`);
      const grown = growTree(
        size,
        frontier,
        leaves.map(({ leaf_hash }) => leaf_hash),
      );
      const head = { size: grown.size, root: rootOf(grown.frontier) };
      await this.tree.addNodes(sql, organizationId, grown.nodes);
      await this.tree.addCheckpoint(sql, organizationId, {
        ...head,
        note: this.signer.sign(organizationId, head),
      });
      return leaves.length === LEAVES_MAX;
    });
  }

  /** The tree under the newest checkpoint, when the stored nodes still lead to its root. */
  private async standing(sql: Sql, organizationId: number): Promise<{ size: number; frontier: Buffer[] }> {
    const newest = await this.tree.newest(organizationId, sql);
    if (!newest) return { size: 0, frontier: [] };
    const refs = fullNodes(0, newest.size);
    const frontier = refs.map(await this.tree.nodes(organizationId, refs, sql));
    if (!rootOf(frontier).equals(newest.root)) {
      throw new LogFault(`The nodes under ${newest.size} leaves do not lead to the root`);
    }
    if (!this.signer.signed(newest.note, organizationId, newest)) {
      throw new LogFault(`The checkpoint at ${newest.size} is not one that was signed`);
    }
    return { size: newest.size, frontier };
  }
}
