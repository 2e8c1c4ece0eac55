import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { AnalyticsStatsRequest, AnalyticsStatsRow } from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { day, integer, object } from '../shape';
import { AnalyticsService } from './analytics.service';

const readStats = object<AnalyticsStatsRequest>({
  organization_id: integer(1, 2_147_483_647),
  from: day,
  to: day,
});

/** Reading analytics, for core-api only. */
@Controller('internal/v1/analytics')
@declareAccess({ kind: 'channel' })
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Post('stats')
  @HttpCode(200)
  async stats(@Body() body: unknown): Promise<{ rows: AnalyticsStatsRow[] }> {
    return { rows: await this.analytics.stats(readBody(readStats, body)) };
  }
}
