import { Injectable } from '@nestjs/common';
import type { ApiMetricsRow, StaffMetricsRow } from '@restartix/contracts';
import { ClickHouseDatabase } from '../platform/clickhouse-database';
import { clickHouseSecond } from '../platform/clickhouse-time';

const WITHIN = `organization_id = {organization_id:UInt32}
  and day >= toDate({since:DateTime('UTC')}) and minute >= {since:DateTime('UTC')}`;

/** What the service measured of itself and of the staff. The organization is the first parameter of every method. */
@Injectable()
export class ServiceMetricsRepository {
  constructor(private readonly clickhouse: ClickHouseDatabase) {}

  /** Quantiles over every single duration since a moment, and the share of failures, by route; busiest first. */
  async api(organizationId: number, since: string): Promise<ApiMetricsRow[]> {
    const rows = await this.clickhouse.query<
      Omit<ApiMetricsRow, 'p50_ms' | 'p95_ms' | 'p99_ms'> & { q: number[] }
    >(
      `select method, route, toUInt32(sum(length(durations_ms))) as requests,
              sumIf(length(durations_ms), status >= 500) / requests as error_rate,
              quantilesExactInclusiveArray(0.5, 0.95, 0.99)(durations_ms) as q
         from api_metrics final where ${WITHIN}
        group by method, route order by requests desc, route, method limit 1000`,
      { organization_id: organizationId, since: clickHouseSecond(since) },
    );
    return rows.map(({ q: [p50_ms = 0, p95_ms = 0, p99_ms = 0], ...row }) => ({
      ...row,
      p50_ms,
      p95_ms,
      p99_ms,
    }));
  }

  /** What the staff used since a moment, by UTC day, role and activity. */
  staff(organizationId: number, since: string): Promise<StaffMetricsRow[]> {
    return this.clickhouse.query<StaffMetricsRow>(
      `select day, role, activity, toUInt32(uniqExact(actor_hash)) as people,
              toUInt32(sum(s.uses)) as uses, toUInt32(sum(s.failures)) as failures
         from (select * from staff_metrics final where ${WITHIN}) as s
        group by day, role, activity order by day, uses desc, role, activity limit 5000`,
      { organization_id: organizationId, since: clickHouseSecond(since) },
    );
  }
}
