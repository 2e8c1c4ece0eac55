import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import type {
  AcknowledgeAlertRequest,
  CursorMeta,
  ListResponse,
  SecurityAlert,
  SecurityAlertQuery,
  SecurityAlertResponse,
  SecurityAlertsRequest,
  SecurityEvent,
  SecurityEventQuery,
  SecurityEventsRequest,
} from '@restartix/contracts';
import { deriveKey } from '@restartix/crypto';
import { UnitOfWork } from '@restartix/database';
import { invalid, notFound } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';
import type { CoreConfig } from '../../core.config';
import { signedInCaller } from '../../platform/caller';
import { PositionCursor } from '../../platform/position-cursor';
import { CORE_CONFIG } from '../../platform/tokens';

/** Security events and alerts of the caller's organization; reading them is an event of the trail. */
@Injectable()
export class SecurityService {
  private readonly eventCursors: PositionCursor;
  private readonly alertCursors: PositionCursor;

  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    @Inject(CORE_CONFIG) { BLIND_INDEX_KEY }: CoreConfig,
  ) {
    const cursors = (list: string) => new PositionCursor(deriveKey(BLIND_INDEX_KEY.reveal(), list));
    this.eventCursors = cursors('security-event-cursor');
    this.alertCursors = cursors('security-alert-cursor');
  }

  /** A page of events, newest first. Throws invalid_cursor, validation_error, telemetry_unavailable. */
  async events(query: SecurityEventQuery): Promise<{ data: SecurityEvent[]; meta: CursorMeta }> {
    const { organizationId } = signedInCaller();
    const { cursor, page_size, ...filters } = query;
    if (filters.from && filters.to && Date.parse(filters.from) >= Date.parse(filters.to)) {
      throw invalid([{ field: 'from', reason: 'must be earlier than to' }]);
    }
    const before = cursor ? this.eventCursors.open(organizationId, query, cursor) : null;
    const request: SecurityEventsRequest = { organization_id: organizationId, filters, page_size, before };
    const { items, next } = await this.channel.post<ListResponse<SecurityEvent>>(
      '/internal/v1/security-events/search',
      request,
    );
    await this.record('search', 'security_event', null, items.length);
    const next_cursor = next && this.eventCursors.seal(organizationId, query, next);
    return { data: items, meta: { page_size, next_cursor } };
  }

  /** A page of alerts, newest first. Throws invalid_cursor, telemetry_unavailable. */
  async alerts(query: SecurityAlertQuery): Promise<{ data: SecurityAlert[]; meta: CursorMeta }> {
    const { organizationId } = signedInCaller();
    const { cursor, page_size, ...filters } = query;
    const before = cursor ? this.alertCursors.open(organizationId, query, cursor) : null;
    const request: SecurityAlertsRequest = { organization_id: organizationId, filters, page_size, before };
    const { items, next } = await this.channel.post<ListResponse<SecurityAlert>>(
      '/internal/v1/security-alerts/search',
      request,
    );
    await this.record('search', 'security_alert', null, items.length);
    const next_cursor = next && this.alertCursors.seal(organizationId, query, next);
    return { data: items, meta: { page_size, next_cursor } };
  }

  /** Says that somebody looks after an open alert; any other stays as it is. Throws not_found, telemetry_unavailable. */
  async acknowledge(id: string): Promise<SecurityAlert> {
    const { organizationId, userId } = signedInCaller();
    const request: AcknowledgeAlertRequest = { organization_id: organizationId, id, user_id: userId };
    const { user_id: _who, ...named } = request;
    const known = await this.channel.post<SecurityAlertResponse>('/internal/v1/security-alerts/get', named);
    if (!known.alert) throw notFound();
    await this.record('update', 'security_alert', id, 1);
    const { alert } = await this.channel.post<SecurityAlertResponse>(
      '/internal/v1/security-alerts/acknowledge',
      request,
    );
    return alert ?? known.alert;
  }

  private async record(
    action: 'search' | 'update',
    resourceType: string,
    resourceId: string | null,
    shown: number,
  ): Promise<void> {
    const details = action === 'update' ? { description: 'Acknowledged' } : { shown };
    await this.uow.run(async () => this.trail.record({ action, resourceType, resourceId, details }));
  }
}
