import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AlertPort, PlatformLogger } from '@restartix/logging';
import { StoredEventsService } from '../audit-log/stored-events.service';
import { ProofsService, type SealedLeaf } from '../integrity/proofs.service';
import { COPY_STORES, type CopiedLeaf, type CopyStore } from './copy-store.port';

/** Leaves read and written at a time. */
const PAGE = 1_000;

const [FAILING, SHORTER, CHANGED] = [
  'audit_copy_failing',
  'audit_log_shorter_than_copy',
  'audit_copy_incomplete',
];

/** Writes what is sealed outside of the database: leaf hashes, events, then the checkpoint that covers them. */
@Injectable()
export class CopyService implements OnApplicationShutdown {
  private readonly logger: PlatformLogger;
  constructor(
    private readonly proofs: ProofsService,
    private readonly events: StoredEventsService,
    private readonly alerts: AlertPort,
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
        this.tried(store, organizationId),
      );
      if (copied !== null) done.set(organizationId, copied);
    }
  }

  /** A copy that fails is reported and left to the next round. */
  private async tried(store: CopyStore, organizationId: number): Promise<number | null> {
    const labels = { organization: organizationId, copy: store.name };
    try {
      const copied = await this.copy(store, organizationId);
      this.alerts.resolve(FAILING, labels);
      return copied;
    } catch (error) {
      this.logger.warn('A copy failed and is tried again', { organization_id: organizationId, error });
      this.alerts.raise({
        code: FAILING,
        severity: 'error',
        summary: 'What is sealed cannot be copied outside of the database.',
        labels,
      });
      return null;
    }
  }

  private async copy(store: CopyStore, organizationId: number): Promise<number> {
    const checkpoint = await this.proofs.newest(organizationId);
    const size = checkpoint?.size ?? 0;
    const position = await store.position(organizationId);
    const isShorter = position.leaves > size;
    this.alerts.watch(isShorter, {
      code: SHORTER,
      severity: 'critical',
      summary: 'A log is shorter than its copy: events are gone. Follow the runbook audit-log-fault.',
      labels: { organization: organizationId, copy: store.name },
    });
    if (isShorter) {
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
        this.alerts.raise({
          code: CHANGED,
          severity: 'critical',
          summary: 'An event was changed before it was copied. Follow the runbook audit-log-fault.',
          labels: { organization: organizationId },
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
