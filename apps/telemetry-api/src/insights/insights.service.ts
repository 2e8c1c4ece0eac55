import { Injectable } from '@nestjs/common';
import type {
  ApiMetricsRow,
  BandwidthRequest,
  BandwidthRow,
  CallQualityRow,
  InsightRequest,
  MediaSessionsRow,
  PlaybackAnswer,
  PlaybackRequest,
  StaffMetricsRow,
} from '@restartix/contracts';
import { keyedHash } from '@restartix/crypto';
import { KeyringService } from '../integrity/keyring.service';
import { CallsRepository } from './calls.repository';
import { MediaRepository } from './media.repository';
import { likelyCause } from './playback-cause.policy';
import { ServiceMetricsRepository } from './service-metrics.repository';

/** What the analytics of an organization answer. Every method throws analytics_unavailable. */
@Injectable()
export class InsightsService {
  constructor(
    private readonly media: MediaRepository,
    private readonly calls: CallsRepository,
    private readonly metrics: ServiceMetricsRepository,
    private readonly keyring: KeyringService,
  ) {}

  /** How videos played, by one dimension. */
  async bandwidth({ organization_id, since, group_by, media_id }: BandwidthRequest): Promise<BandwidthRow[]> {
    const hashes = media_id === null ? null : await this.hashes(organization_id, 'media', media_id);
    return this.media.bandwidth(organization_id, since, group_by, hashes);
  }

  sessions({ organization_id, since }: InsightRequest): Promise<MediaSessionsRow[]> {
    return this.media.sessions(organization_id, since);
  }

  callQuality({ organization_id, since }: InsightRequest): Promise<CallQualityRow[]> {
    return this.calls.quality(organization_id, since);
  }

  api({ organization_id, since }: InsightRequest): Promise<ApiMetricsRow[]> {
    return this.metrics.api(organization_id, since);
  }

  staff({ organization_id, since }: InsightRequest): Promise<StaffMetricsRow[]> {
    return this.metrics.staff(organization_id, since);
  }

  /** Sessions and faults of one person, found under every live key, and what they point to. */
  async playback({ organization_id, since, user_id }: PlaybackRequest): Promise<PlaybackAnswer> {
    const hashes = await this.hashes(organization_id, user_id);
    const [sessions, errors] = await Promise.all([
      this.media.sessionsOf(organization_id, since, hashes),
      this.media.errorsOf(organization_id, since, hashes),
    ]);
    return { sessions, errors, ...likelyCause({ sessions, errors }) };
  }

  private async hashes(organizationId: number, ...parts: string[]): Promise<string[]> {
    const keys = await this.keyring.actorKeys(organizationId);
    return keys.map((key) => keyedHash(key, ...parts));
  }
}
