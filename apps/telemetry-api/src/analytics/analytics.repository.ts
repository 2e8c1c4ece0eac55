import { Injectable } from '@nestjs/common';
import type { AnalyticsStatsRow } from '@restartix/contracts';
import { ClickHouseDatabase } from '../platform/clickhouse-database';
import type { AnalyticsRow } from './analytics.row';

/** `2026-01-02T03:04:05.678Z` as ClickHouse reads a DateTime64(3, 'UTC'). */
const clickHouseTime = (iso: string): string => iso.slice(0, 23).replace('T', ' ');

/**
 * Analytics in ClickHouse, which has no row-level security: the organization is the first parameter of every method,
 * bound here and nowhere else.
 */
@Injectable()
export class AnalyticsRepository {
  constructor(private readonly clickhouse: ClickHouseDatabase) {}

  /** Inserts the rows of each organization, all as one block. A row already there collapses with its twin. */
  async insert(byOrganization: ReadonlyMap<number, readonly AnalyticsRow[]>): Promise<void> {
    const rows = [...byOrganization].flatMap(([organizationId, list]) =>
      list.map((row) => ({
        ...row,
        organization_id: organizationId,
        occurred_at: clickHouseTime(row.occurred_at),
        received_at: clickHouseTime(row.received_at),
      })),
    );
    await this.clickhouse.insert('analytics_events', rows);
  }

  /** Events per UTC day and name from one day to another, both inclusive, each event id counted once. */
  async countByDay(organizationId: number, from: string, to: string): Promise<AnalyticsStatsRow[]> {
    const rows = await this.clickhouse.query<AnalyticsStatsRow>(
      `select day, name, toUInt32(uniqExact(event_id)) as count from analytics_events
       where organization_id = {organization_id:UInt32} and day between {from:Date} and {to:Date}
       group by day, name order by day, name`,
      { organization_id: organizationId, from, to },
    );
    return rows.map(({ day, name, count }) => ({ day, name, count: Number(count) }));
  }
}
