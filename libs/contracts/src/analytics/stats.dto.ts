import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDateString, Matches } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Query of GET /v1/telemetry/stats; both days inclusive, UTC; the last seven days when absent. */
export class AnalyticsStatsQuery {
  @ApiPropertyOptional({ format: 'date' })
  @MayBeAbsent()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  from?: string;

  @ApiPropertyOptional({ format: 'date' })
  @MayBeAbsent()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  to?: string;
}

/** Events of one name on one UTC day in the caller's organization, each event id counted once. */
export class AnalyticsStatsRow {
  @ApiProperty({ format: 'date' }) day: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: 'integer' }) count: number;
}
