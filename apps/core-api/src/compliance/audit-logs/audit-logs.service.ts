import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type {
  AuditGetResponse,
  AuditLogEntry,
  AuditLogQuery,
  AuditSearchRequest,
  AuditSearchResponse,
  CursorMeta,
  ProvenAuditLogEntry,
} from '@restartix/contracts';
import { deriveKey } from '@restartix/crypto';
import { UnitOfWork } from '@restartix/database';
import { DomainError, invalid, notFound } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';
import type { CoreConfig } from '../../core.config';
import { ProtectedChangesService } from '../../people/patients/protected-changes.service';
import { CORE_CONFIG } from '../../platform/tokens';
import { PositionCursor } from '../../platform/position-cursor';
import { holdsHealthData, mayReadProtected, withoutProtected } from './audit-log.policy';

/** The trail of the caller's organization, read from telemetry-api; reading it is itself an event of the trail. */
@Injectable()
export class AuditLogsService {
  private readonly cursors: PositionCursor;

  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    private readonly changes: ProtectedChangesService,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.cursors = new PositionCursor(deriveKey(config.BLIND_INDEX_KEY.reveal(), 'audit-log-cursor'));
  }

  /** A page of events, newest first. Throws invalid_cursor, validation_error, telemetry_unavailable. */
  async search(query: AuditLogQuery): Promise<{ data: AuditLogEntry[]; meta: CursorMeta }> {
    const { organizationId, revealed } = this.caller();
    const { cursor, page_size, ...filters } = query;
    if (filters.from && filters.to && Date.parse(filters.from) >= Date.parse(filters.to)) {
      throw invalid([{ field: 'from', reason: 'must be earlier than to' }]);
    }
    const request: AuditSearchRequest = {
      organization_id: organizationId,
      filters,
      page_size,
      before: cursor ? this.cursors.open(organizationId, query, cursor) : null,
      reveal_identity: revealed,
    };
    const page = await this.channel.post<AuditSearchResponse>('/internal/v1/audit-logs/search', request);
    await this.recordReading('search', null, page.entries, revealed);
    const next = page.next && this.cursors.seal(organizationId, query, page.next);
    return {
      data: await this.present(organizationId, page.entries, revealed),
      meta: { page_size, next_cursor: next },
    };
  }

  /** One event with its proof. Throws not_found, telemetry_unavailable. */
  async read(eventId: string): Promise<ProvenAuditLogEntry> {
    const { organizationId, revealed } = this.caller();
    const { entry } = await this.channel.post<AuditGetResponse>('/internal/v1/audit-logs/get', {
      organization_id: organizationId,
      event_id: eventId,
      reveal_identity: revealed,
    });
    if (!entry) throw notFound();
    await this.recordReading('view', eventId, [entry], revealed);
    const [shown] = await this.present(organizationId, [entry], revealed);
    return { ...(shown as AuditLogEntry), proof: entry.proof };
  }

  private caller(): { organizationId: number; revealed: boolean } {
    const { actor, organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    return { organizationId, revealed: mayReadProtected(actor?.role ?? 'anonymous') };
  }

  /** One event for the reading itself, and one for each patient whose health data it shows. */
  private async recordReading(
    action: 'search' | 'view',
    eventId: string | null,
    entries: AuditLogEntry[],
    revealed: boolean,
  ): Promise<void> {
    const shown = revealed
      ? entries.filter(holdsHealthData).map(({ patient_id }) => patient_id as string)
      : [];
    await this.uow.run(async () => {
      this.trail.record({
        action,
        resourceType: 'audit_log',
        resourceId: eventId,
        details: { shown: entries.length },
      });
      for (const patientId of new Set(shown)) {
        this.trail.record({
          action: 'view',
          resourceType: 'patient',
          resourceId: patientId,
          patientId,
          details: { description: 'Recorded changes, in the audit trail' },
        });
      }
    });
  }

  private async present(
    organizationId: number,
    entries: AuditLogEntry[],
    revealed: boolean,
  ): Promise<AuditLogEntry[]> {
    const held = entries.filter((entry) => revealed && holdsHealthData(entry));
    const opened = await this.changes.open(
      organizationId,
      held.map((entry) => ({
        ...{ patientId: entry.patient_id as string, changes: entry.details.changes ?? {} },
        ...{ resourceType: entry.resource_type, resourceId: entry.resource_id ?? '' },
      })),
    );
    const changesOf = new Map(held.map((entry, index) => [entry.event_id, opened[index]]));
    return entries.map((entry) => {
      const { changes } = entry.details;
      if (!changes) return entry;
      return {
        ...entry,
        details: { ...entry.details, changes: withoutProtected(changesOf.get(entry.event_id) ?? changes) },
      };
    });
  }
}
