import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type {
  AnalyticsBatch,
  AnalyticsEvent,
  AnalyticsStatsQuery,
  AnalyticsStatsRequest,
  AnalyticsStatsRow,
  ErrorItem,
  ItemsReceipt,
  ReportErrorsRequest,
  TrackEventsRequest,
} from '@restartix/contracts';
import { DomainError, invalid } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';
import { v7 as uuidv7 } from 'uuid';
import { ConsentsService } from '../../people/consents/consents.service';
import { AnalyticsBufferService } from './analytics-buffer.service';
import { propertyFaults } from './event-properties.policy';
import { statsPeriod } from './stats-period.policy';

/** Where client apps hand in what happened in them: stamped with consent, sealed, buffered. Care never waits for it. */
@Injectable()
export class AnalyticsEdgeService {
  constructor(
    private readonly consents: ConsentsService,
    private readonly buffer: AnalyticsBufferService,
    private readonly channel: ChannelClient,
  ) {}

  /**
   * Takes usage events into the buffer. Throws validation_error, rate_limited when the buffer is full,
   * queue_unavailable when it cannot be reached.
   */
  track({ events }: TrackEventsRequest): Promise<ItemsReceipt> {
    const faults = propertyFaults(events);
    if (faults.length > 0) throw invalid(faults);
    return this.take(
      'analytics',
      events.map(({ event_id, name, properties, timestamp }): AnalyticsEvent => ({
        event_id: event_id ?? uuidv7(),
        name,
        properties: properties ?? {},
        timestamp: new Date(timestamp).toISOString(),
      })),
    );
  }

  /** Takes faults of client apps into the buffer; throws as {@link track} does. */
  report({ errors }: ReportErrorsRequest): Promise<ItemsReceipt> {
    return this.take(
      'error',
      errors.map((error): ErrorItem => ({
        event_id: error.event_id ?? uuidv7(),
        kind: error.kind,
        code: error.code,
        severity: error.severity ?? 'error',
        component: error.component ?? '',
        http_status: error.http_status ?? 0,
        app_version: error.app_version ?? '',
        connection_type: error.connection_type ?? 'unknown',
        session_id: error.session_id ?? null,
        timestamp: new Date(error.timestamp).toISOString(),
      })),
    );
  }

  /** Events per day and name of the caller's organization. Throws telemetry_unavailable, analytics_unavailable. */
  async stats(query: AnalyticsStatsQuery): Promise<AnalyticsStatsRow[]> {
    const request: AnalyticsStatsRequest = { organization_id: activeOrganization(), ...statsPeriod(query) };
    const answer = await this.channel.post<{ rows: AnalyticsStatsRow[] }>(
      '/internal/v1/analytics/stats',
      request,
    );
    return answer.rows;
  }

  private async take(
    eventClass: 'analytics' | 'error',
    events: { event_id: string }[],
  ): Promise<ItemsReceipt> {
    const { actor, clientAddress, userAgent } = requireContext();
    const { level, policyVersion } = await this.consents.currentLevel();
    const now = new Date().toISOString();
    const batch: AnalyticsBatch = {
      class: eventClass,
      organization_id: activeOrganization(),
      user_id: actor?.userId ?? null,
      consent_level: level,
      consent_policy_version: policyVersion,
      consent_at: now,
      client_address: clientAddress,
      user_agent: userAgent,
      received_at: now,
      events,
    };
    await this.buffer.put(batch);
    return {
      accepted: events.length,
      results: events.map(({ event_id }) => ({ event_id, status: 'accepted', errors: [] })),
    };
  }
}

function activeOrganization(): number {
  const { organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return organizationId;
}
