import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import {
  acceptedItem,
  chosenId,
  ClientError,
  itemFaults,
  refusedItem,
  takenItems,
  TrackedEvent,
  type AnalyticsBatch,
  type AnalyticsEvent,
  type AnalyticsStatsQuery,
  type AnalyticsStatsRequest,
  type AnalyticsStatsRow,
  type ErrorItem,
  type ItemsReceipt,
  type JudgedItem,
  type ReportErrorsRequest,
  type TrackEventsRequest,
} from '@restartix/contracts';
import { DomainError, invalid } from '@restartix/errors';
import { judge } from '@restartix/http';
import { ChannelClient } from '@restartix/service-channel';
import { v7 as uuidv7 } from 'uuid';
import { ConsentsService } from '../../people/consents/consents.service';
import { AnalyticsBufferService } from './analytics-buffer.service';
import { knownProperties, propertyFaults } from './event-properties.policy';
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
   * Takes usage events into the buffer, each judged by itself; properties that are not on the list are left out and
   * named. Throws validation_error when none can be taken, rate_limited when the buffer is full, queue_unavailable when
   * it cannot be reached.
   */
  track({ events }: TrackEventsRequest): Promise<ItemsReceipt> {
    return this.take('analytics', events.map(judgedEvent), 'events');
  }

  /** Takes faults of client apps into the buffer, each judged by itself; throws as {@link track} does. */
  report({ errors }: ReportErrorsRequest): Promise<ItemsReceipt> {
    return this.take('error', errors.map(judgedFault), 'errors');
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
    judged: JudgedItem<AnalyticsEvent | ErrorItem>[],
    field: string,
  ): Promise<ItemsReceipt> {
    const events = takenItems(judged);
    if (events.length === 0) throw invalid(itemFaults(judged, field));
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
    return { accepted: events.length, results: judged.map(({ result }) => result) };
  }
}

function judgedEvent(given: object): JudgedItem<AnalyticsEvent> {
  const event_id = chosenId(given) ?? uuidv7();
  const judged = judge(TrackedEvent, given);
  if ('faults' in judged) return refusedItem(event_id, judged.faults);
  const { name, properties = {}, timestamp } = judged.value;
  const faults = propertyFaults(properties);
  if (faults.length > 0) return refusedItem(event_id, faults);
  const { known, leftOut } = knownProperties(properties);
  const event = { event_id, name, properties: known, timestamp: new Date(timestamp).toISOString() };
  return acceptedItem(event, event_id, leftOut);
}

function judgedFault(given: object): JudgedItem<ErrorItem> {
  const event_id = chosenId(given) ?? uuidv7();
  const judged = judge(ClientError, given);
  if ('faults' in judged) return refusedItem(event_id, judged.faults);
  const error = judged.value;
  return acceptedItem(
    {
      event_id,
      kind: error.kind,
      code: error.code,
      severity: error.severity ?? 'error',
      component: error.component ?? '',
      http_status: error.http_status ?? 0,
      app_version: error.app_version ?? '',
      connection_type: error.connection_type ?? 'unknown',
      session_id: error.session_id ?? null,
      timestamp: new Date(error.timestamp).toISOString(),
    },
    event_id,
  );
}

function activeOrganization(): number {
  const { organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return organizationId;
}
