import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type {
  ApiMetricsRow,
  BandwidthQuery,
  BandwidthRow,
  CallQualityRow,
  MediaSessionsRow,
  PeriodQuery,
  PlaybackAnswer,
  PlaybackReport,
  StaffMetricsRow,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, notFound } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';
import { ConsentsService } from '../../people/consents/consents.service';
import { InsightsRepository } from './insights.repository';
import { since } from './period.policy';

/** From this level on sessions are tied to a person. */
const TIED = 2;
const NOTHING = { sessions: [], errors: [] };

/** What the analytics say about the caller's organization. Methods throw telemetry_unavailable, analytics_unavailable. */
@Injectable()
export class InsightsService {
  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly repository: InsightsRepository,
    private readonly consents: ConsentsService,
    private readonly trail: AuditTrail,
  ) {}

  bandwidth({
    period,
    group_by = 'country_code',
    media_id = undefined,
  }: BandwidthQuery): Promise<BandwidthRow[]> {
    return this.rows('media/bandwidth', { since: since(period), group_by, media_id: media_id ?? null });
  }

  sessions({ period }: PeriodQuery): Promise<MediaSessionsRow[]> {
    return this.rows('media/sessions', { since: since(period) });
  }

  calls({ period }: PeriodQuery): Promise<CallQualityRow[]> {
    return this.rows('media/calls', { since: since(period) });
  }

  api({ period }: PeriodQuery): Promise<ApiMetricsRow[]> {
    return this.rows('api-metrics', { since: since(period) });
  }

  staff({ period }: PeriodQuery): Promise<StaffMetricsRow[]> {
    return this.rows('staff-metrics', { since: since(period) });
  }

  /**
   * Why a patient cannot watch: their last sessions and faults, and what these point to. Throws not_found for a patient
   * the caller may not see.
   */
  async playback(patientId: string, { period }: PeriodQuery): Promise<PlaybackReport> {
    const owner = await this.uow.run(async () => {
      const found = await this.repository.ownerOf(patientId);
      if (found)
        this.trail.record({
          action: 'view',
          resourceType: 'patient_playback',
          resourceId: patientId,
          patientId,
        });
      return found;
    });
    if (!owner) throw notFound();
    const level = owner.user_id ? await this.consents.levelOf(owner.user_id) : 0;
    const known = { patient_id: patientId, consent_level: level };
    if (!owner.user_id || level < TIED) {
      const because = 'The patient has not agreed that their use of videos is recorded.';
      return { ...known, ...NOTHING, likely_cause: 'no_consent', because };
    }
    const answer = await this.channel.post<PlaybackAnswer>('/internal/v1/insights/playback', {
      organization_id: activeOrganization(),
      since: since(period),
      user_id: owner.user_id,
    });
    return { ...known, ...answer };
  }

  private async rows<R>(question: string, about: object): Promise<R[]> {
    const request = { organization_id: activeOrganization(), ...about };
    return (await this.channel.post<{ rows: R[] }>(`/internal/v1/insights/${question}`, request)).rows;
  }
}

function activeOrganization(): number {
  const { organizationId } = requireContext();
  if (organizationId === null) throw new DomainError('organization_required');
  return organizationId;
}
