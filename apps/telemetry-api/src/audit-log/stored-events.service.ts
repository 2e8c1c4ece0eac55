import { Injectable } from '@nestjs/common';
import type { AuditExportRequest, AuditExportResponse } from '@restartix/contracts';
import { CanonicalError } from '@restartix/crypto';
import { notFound } from '@restartix/errors';
import { IntegrityService, type Leaf } from '../integrity/integrity.service';
import { ProofsService } from '../integrity/proofs.service';
import { storedEvent } from './audit-log.mapper';
import type { StoredRow } from './audit-log.row';
import { AuditLogRepository } from './audit-log.repository';

/** The entries of the log as they are stored, for those who copy or export it. Nothing in them is opened. */
@Injectable()
export class StoredEventsService {
  constructor(
    private readonly entries: AuditLogRepository,
    private readonly integrity: IntegrityService,
    private readonly proofs: ProofsService,
  ) {}

  /** The rows of these events, in no order; rows that are gone are absent. */
  rows(eventIds: readonly string[]): Promise<StoredRow[]> {
    return this.entries.stored(eventIds);
  }

  /** The leaf each stored row gives now, by event id; rows that are gone are absent. */
  async leaves(eventIds: readonly string[]): Promise<Map<string, Leaf>> {
    const rows = await this.entries.stored(eventIds);
    return new Map(rows.map((row) => [row.event_id, this.leafOf(row)]));
  }

  /** The same for whoever checks the log: an event with a second row, wherever it stands, has a leaf that fits nowhere. */
  async leavesToCheck(eventIds: readonly string[]): Promise<Map<string, Leaf>> {
    const leaves = new Map<string, Leaf>();
    for (const row of await this.entries.everywhere(eventIds))
      leaves.set(row.event_id, leaves.has(row.event_id) ? unfit(row) : this.leafOf(row));
    return leaves;
  }

  /** A row that was changed into what no event can be gives a leaf that fits nowhere. */
  private leafOf(row: StoredRow): Leaf {
    try {
      return this.integrity.leafOf(storedEvent(row));
    } catch (error) {
      if (!(error instanceof CanonicalError)) throw error;
      return unfit(row);
    }
  }

  /** A page of the log in its own order, each entry with its proof under one checkpoint. Throws not_found. */
  async export(request: AuditExportRequest): Promise<AuditExportResponse> {
    const { organization_id, first, size, page_size } = request;
    const checkpoint = await this.proofs.checkpoint(organization_id, size);
    if (!checkpoint && size !== null) throw notFound();
    const count = Math.min(page_size, (checkpoint?.size ?? 0) - first);
    if (!checkpoint || count <= 0) return { checkpoint, entries: [] };
    const leaves = await this.proofs.leaves(organization_id, first, count);
    const places = leaves.map(({ index }) => index);
    const [rows, proofs] = await Promise.all([
      this.entries.stored(leaves.map(({ eventId }) => eventId)),
      this.proofs.inclusions(organization_id, places, checkpoint.size),
    ]);
    const events = new Map(rows.map((row) => [row.event_id, storedEvent(row)]));
    const entries = leaves.map(({ eventId, index, hash }, at) => ({
      event: events.get(eventId) ?? null,
      event_id: eventId,
      leaf_hash: hash.toString('hex'),
      leaf_index: index,
      proof: proofs[at] ?? [],
    }));
    return { checkpoint, entries };
  }
}

const unfit = ({ event_id: eventId, organization_id: organizationId }: StoredRow): Leaf => ({
  eventId,
  organizationId,
  canonical: '',
  hash: Buffer.alloc(32),
});
