import { createPublicKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type {
  AnalyticsBatch,
  AnalyticsStatsQuery,
  AnalyticsStatsRequest,
  AnalyticsStatsRow,
  TrackEventsReceipt,
  TrackEventsRequest,
} from '@restartix/contracts';
import { sealBox } from '@restartix/crypto';
import { DomainError, invalid } from '@restartix/errors';
import { JobProducer } from '@restartix/queue';
import { ChannelClient } from '@restartix/service-channel';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { ConsentsService } from '../../people/consents/consents.service';
import { CORE_CONFIG } from '../../platform/tokens';
import { ANALYTICS } from './analytics.job';
import { propertyFaults } from './event-properties.policy';
import { statsPeriod } from './stats-period.policy';

/** Where client apps hand in what happened in them: stamped with consent, sealed, buffered. Care never waits for it. */
@Injectable()
export class AnalyticsEdgeService {
  private readonly recipient: KeyObject;

  constructor(
    private readonly consents: ConsentsService,
    private readonly jobs: JobProducer,
    private readonly channel: ChannelClient,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.recipient = createPublicKey(config.ANALYTICS_PUBLIC_KEY);
  }

  /**
   * Takes events into the buffer. Throws validation_error, rate_limited when the buffer is full, queue_unavailable
   * when it cannot be reached.
   */
  async track({ events }: TrackEventsRequest): Promise<TrackEventsReceipt> {
    const faults = propertyFaults(events);
    if (faults.length > 0) throw invalid(faults);
    const { actor, clientAddress, userAgent } = requireContext();
    const { level, policyVersion } = await this.consents.currentLevel();
    const batch: AnalyticsBatch = {
      organization_id: activeOrganization(),
      user_id: actor?.userId ?? null,
      consent_level: level,
      consent_policy_version: policyVersion,
      client_address: clientAddress,
      user_agent: userAgent,
      received_at: new Date().toISOString(),
      events: events.map(({ event_id, name, properties, timestamp }) => ({
        event_id: event_id ?? uuidv7(),
        name,
        properties: properties ?? {},
        timestamp: new Date(timestamp).toISOString(),
      })),
    };
    await this.jobs.add(ANALYTICS, { sealed: sealBox(this.recipient, JSON.stringify(batch)) });
    return { accepted: events.length };
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
}

function activeOrganization(): number {
  const { organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return organizationId;
}
