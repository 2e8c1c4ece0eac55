import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDateString, IsOptional, Matches } from 'class-validator';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Query of GET /v1/telemetry/stats; both days inclusive, UTC; the last seven days when absent. */
export class AnalyticsStatsQuery {
  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  from?: string;

  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  to?: string;
}

/** Events of one name on one UTC day in the caller's organization, each event id counted once. */
export class AnalyticsStatsRow {
  @ApiProperty({ format: 'date' }) day: string;
  @ApiProperty() name: string;
  @ApiProperty() count: number;
}
