import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { StoredEventsService } from '../audit-log/stored-events.service';
import { ProofsService, type SealedLeaf } from '../integrity/proofs.service';
import { COPY_STORES, type CopiedLeaf, type CopyStore } from './copy-store.port';

/** Leaves read and written at a time. */
const PAGE = 1_000;

/** Writes what is sealed outside of the database: leaf hashes, events, then the checkpoint that covers them. */
@Injectable()
export class CopyService implements OnApplicationShutdown {
  private readonly logger: PlatformLogger;
  /** Size of each log as far as every copy of it is known to go. */
  private readonly done = new Map<number, number>();

  constructor(
    private readonly proofs: ProofsService,
    private readonly events: StoredEventsService,
    logger: PlatformLogger,
    @Inject(COPY_STORES) private readonly stores: readonly CopyStore[],
  ) {
    this.logger = logger.child('copy');
  }

  /**
   * Brings every copy of every log up to its newest checkpoint. Goes on where a crash or another instance stopped. A
   * store that is away holds up no other: it is reported and tried again by the next round.
   */
  async round(): Promise<void> {
    if (this.stores.length === 0) return;
    for (const { organizationId, size } of await this.proofs.sealed()) {
      if (this.done.get(organizationId) === size) continue;
      const copied = await this.proofs.copying(organizationId, () => this.copyToAll(organizationId));
      if (copied !== null) this.done.set(organizationId, copied);
    }
  }

  onApplicationShutdown(): void {
    for (const store of this.stores) store.close();
  }

  /** The size that all of them have. */
  private async copyToAll(organizationId: number): Promise<number> {
    const sizes = this.stores.map((store) =>
      this.copy(store, organizationId).catch((error: unknown) => {
        this.logger.warn('A copy failed and is tried again', { organization_id: organizationId, error });
        return 0;
      }),
    );
    return Math.min(...(await Promise.all(sizes)));
  }

  private async copy(store: CopyStore, organizationId: number): Promise<number> {
    const checkpoint = await this.proofs.newest(organizationId);
    const size = checkpoint?.size ?? 0;
    const position = await store.position(organizationId);
    if (position.leaves > size) {
      this.logger.error('A log is shorter than its copy', { organization_id: organizationId, size });
      return size;
    }
    for (let from = position.leaves; from < size; from += PAGE) {
      const leaves = await this.proofs.leaves(organizationId, from, Math.min(PAGE, size - from));
      await store.addLeaves(organizationId, await this.withEvents(organizationId, leaves));
    }
    if (checkpoint && position.checkpoint < size) {
      await store.addCheckpoint(organizationId, size, checkpoint.note);
    }
    return size;
  }

  private async withEvents(organizationId: number, leaves: readonly SealedLeaf[]): Promise<CopiedLeaf[]> {
    const stored = await this.events.leaves(leaves.map(({ eventId }) => eventId));
    return leaves.map(({ eventId, index, hash }) => {
      const now = stored.get(eventId);
      const sound = now?.hash.equals(hash) ?? false;
      if (!sound) {
        this.logger.error('An event is not what was recorded', {
          organization_id: organizationId,
          event_id: eventId,
        });
      }
      return {
        leaf_index: index,
        leaf_hash: hash.toString('hex'),
        event_id: eventId,
        event: sound && now ? now.canonical : null,
      };
    });
  }
}
