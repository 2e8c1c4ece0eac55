import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  MEDIA_GROUPS,
  type ApiMetricsRow,
  type BandwidthRequest,
  type BandwidthRow,
  type CallQualityRow,
  type InsightRequest,
  type MediaSessionsRow,
  type PlaybackAnswer,
  type PlaybackRequest,
  type StaffMetricsRow,
} from '@restartix/contracts';
import { declareAccess } from '@restartix/http';
import { readBody } from '../channel-body';
import { dateTime, integer, nullable, object, oneOf, uuid } from '../shape';
import { InsightsService } from './insights.service';

const insight = { organization_id: integer(1, 2_147_483_647), since: dateTime };
const readInsight = object<InsightRequest>(insight);
const readBandwidth = object<BandwidthRequest>({
  ...insight,
  group_by: oneOf(MEDIA_GROUPS),
  media_id: nullable(uuid),
});
const readPlayback = object<PlaybackRequest>({ ...insight, user_id: uuid });

/** Questions to the analytics, for core-api only. */
@Controller('internal/v1/insights')
@declareAccess({ kind: 'channel' })
export class InsightsController {
  constructor(private readonly insights: InsightsService) {}

  @Post('media/bandwidth')
  @HttpCode(200)
  async bandwidth(@Body() body: unknown): Promise<{ rows: BandwidthRow[] }> {
    return { rows: await this.insights.bandwidth(readBody(readBandwidth, body)) };
  }

  @Post('media/sessions')
  @HttpCode(200)
  async sessions(@Body() body: unknown): Promise<{ rows: MediaSessionsRow[] }> {
    return { rows: await this.insights.sessions(readBody(readInsight, body)) };
  }

  @Post('media/calls')
  @HttpCode(200)
  async calls(@Body() body: unknown): Promise<{ rows: CallQualityRow[] }> {
    return { rows: await this.insights.callQuality(readBody(readInsight, body)) };
  }

  @Post('api-metrics')
  @HttpCode(200)
  async api(@Body() body: unknown): Promise<{ rows: ApiMetricsRow[] }> {
    return { rows: await this.insights.api(readBody(readInsight, body)) };
  }

  @Post('staff-metrics')
  @HttpCode(200)
  async staff(@Body() body: unknown): Promise<{ rows: StaffMetricsRow[] }> {
    return { rows: await this.insights.staff(readBody(readInsight, body)) };
  }

  @Post('playback')
  @HttpCode(200)
  playback(@Body() body: unknown): Promise<PlaybackAnswer> {
    return this.insights.playback(readBody(readPlayback, body));
  }
}
