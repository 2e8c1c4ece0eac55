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
  constructor(
    private readonly proofs: ProofsService,
    private readonly events: StoredEventsService,
    logger: PlatformLogger,
    @Inject(COPY_STORES) private readonly stores: readonly CopyStore[],
  ) {
    this.logger = logger.child('copy');
  }

  /** A round for each store, to be repeated apart from the others: one that is away holds up none of them. */
  rounds(): (() => Promise<void>)[] {
    return this.stores.map((store) => {
      /** Size of each log as far as this copy of it is known to go. */
      const done = new Map<number, number>();
      return () => this.round(store, done);
    });
  }

  onApplicationShutdown(): void {
    for (const store of this.stores) store.close();
  }

  /** Brings the copy of every log up to its newest checkpoint. Goes on where a crash or another instance stopped. */
  private async round(store: CopyStore, done: Map<number, number>): Promise<void> {
    for (const { organizationId, size } of await this.proofs.sealed()) {
      if (done.get(organizationId) === size) continue;
      const copied = await this.proofs.copying(organizationId, store.name, () =>
        this.copy(store, organizationId).catch((error: unknown) => {
          this.logger.warn('A copy failed and is tried again', { organization_id: organizationId, error });
          return null;
        }),
      );
      if (copied !== null) done.set(organizationId, copied);
    }
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
