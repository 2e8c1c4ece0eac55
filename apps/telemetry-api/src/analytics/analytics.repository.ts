import { Injectable } from '@nestjs/common';
import type { AnalyticsStatsRow } from '@restartix/contracts';
import { ClickHouseDatabase } from '../platform/clickhouse-database';

/** Counts of usage events, from the rollup of distinct event ids. The organization comes first and is bound here. */
@Injectable()
export class AnalyticsRepository {
  constructor(private readonly clickhouse: ClickHouseDatabase) {}

  /** Events per UTC day and name from one day to another, both inclusive, each event id counted once. */
  async countByDay(organizationId: number, from: string, to: string): Promise<AnalyticsStatsRow[]> {
    const rows = await this.clickhouse.query<AnalyticsStatsRow>(
      `select day, name, toUInt32(uniqExactMerge(events)) as count from analytics_events_daily
       where organization_id = {organization_id:UInt32} and day between {from:Date} and {to:Date}
       group by day, name order by day, name`,
      { organization_id: organizationId, from, to },
    );
    return rows.map(({ day, name, count }) => ({ day, name, count: Number(count) }));
  }
}
