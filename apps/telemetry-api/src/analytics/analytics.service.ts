import { Injectable } from '@nestjs/common';
import type { AnalyticsStatsRequest, AnalyticsStatsRow } from '@restartix/contracts';
import { AnalyticsRepository } from './analytics.repository';
import type { AnalyticsRow } from './analytics.row';

export type { AnalyticsRow } from './analytics.row';

/** What people did in the client apps, told without saying who. */
@Injectable()
export class AnalyticsService {
  constructor(private readonly events: AnalyticsRepository) {}

  /** Stores rows by organization; returns when they are stored. Throws analytics_unavailable. */
  async store(byOrganization: ReadonlyMap<number, readonly AnalyticsRow[]>): Promise<void> {
    await this.events.insert(byOrganization);
  }

  /** Events per day and name of one organization. Throws analytics_unavailable. */
  stats({ organization_id, from, to }: AnalyticsStatsRequest): Promise<AnalyticsStatsRow[]> {
    return this.events.countByDay(organization_id, from, to);
  }
}
