import { Inject, Injectable, Optional } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { StoredEventsService } from '../audit-log/stored-events.service';
import { ProofsService, type SealedLeaf } from '../integrity/proofs.service';
import { CopyStore, type CopiedLeaf } from './copy-store';

/** Leaves read and written at a time. */
const PAGE = 1_000;

/** Writes what is sealed outside of the database: leaf hashes, events, then the checkpoint that covers them. */
@Injectable()
export class CopyService {
  private readonly logger: PlatformLogger;
  /** Size of each log as far as its copy is known to go. */
  private readonly done = new Map<number, number>();

  constructor(
    private readonly proofs: ProofsService,
    private readonly events: StoredEventsService,
    logger: PlatformLogger,
    @Optional() @Inject(CopyStore) private readonly store?: CopyStore,
  ) {
    this.logger = logger.child('copy');
  }

  /** Brings the copy of every log up to its newest checkpoint. Goes on where a crash or another instance stopped. */
  async round(): Promise<void> {
    const { store } = this;
    if (!store) return;
    for (const { organizationId, size } of await this.proofs.sealed()) {
      if (this.done.get(organizationId) === size) continue;
      const copied = await this.proofs.copying(organizationId, () => this.copy(store, organizationId));
      if (copied !== null) this.done.set(organizationId, copied);
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
