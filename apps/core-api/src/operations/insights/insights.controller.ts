import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  ApiMetricsRow,
  BandwidthQuery,
  BandwidthRow,
  CallQualityRow,
  MediaSessionsRow,
  PeriodQuery,
  PlaybackReport,
  StaffMetricsRow,
} from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { InsightsService } from './insights.service';

@Controller('v1/telemetry')
export class InsightsController {
  constructor(private readonly service: InsightsService) {}

  @Get('media/bandwidth/stats')
  @ApiOperation({ summary: 'How videos played, by country, device, connection or browser' })
  @Requires('analytics:read')
  @ApiDataArray(BandwidthRow)
  @ApiProblems('analytics_unavailable')
  async bandwidth(@Query() query: BandwidthQuery): Promise<{ data: BandwidthRow[] }> {
    return { data: await this.service.bandwidth(query) };
  }

  @Get('media/sessions/stats')
  @ApiOperation({ summary: 'What became of the videos that were begun, by day' })
  @Requires('analytics:read')
  @ApiDataArray(MediaSessionsRow)
  @ApiProblems('analytics_unavailable')
  async sessions(@Query() query: PeriodQuery): Promise<{ data: MediaSessionsRow[] }> {
    return { data: await this.service.sessions(query) };
  }

  @Get('media/calls/stats')
  @ApiOperation({ summary: 'How video calls went, by day, and what network checks before them said' })
  @Requires('analytics:read')
  @ApiDataArray(CallQualityRow)
  @ApiProblems('analytics_unavailable')
  async calls(@Query() query: PeriodQuery): Promise<{ data: CallQualityRow[] }> {
    return { data: await this.service.calls(query) };
  }

  @Get('api-metrics')
  @ApiOperation({ summary: 'How fast each route answered your organization, and how often it failed' })
  @Requires('analytics:read')
  @ApiDataArray(ApiMetricsRow)
  @ApiProblems('analytics_unavailable')
  async api(@Query() query: PeriodQuery): Promise<{ data: ApiMetricsRow[] }> {
    return { data: await this.service.api(query) };
  }

  @Get('staff-metrics')
  @ApiOperation({ summary: 'What the staff used, by day and role; nobody is named' })
  @Requires('analytics:read')
  @ApiDataArray(StaffMetricsRow)
  @ApiProblems('analytics_unavailable')
  async staff(@Query() query: PeriodQuery): Promise<{ data: StaffMetricsRow[] }> {
    return { data: await this.service.staff(query) };
  }

  @Get('patients/:id/playback')
  @ApiOperation({
    summary: 'Why a patient cannot watch: their sessions, stalls and faults, and the likely cause',
  })
  @Requires('analytics:read')
  @Audited(['view patient_playback'])
  @ApiData(PlaybackReport)
  @ApiProblems('analytics_unavailable')
  async playback(
    @Param('id', ParseUuid) id: string,
    @Query() query: PeriodQuery,
  ): Promise<{ data: PlaybackReport }> {
    return { data: await this.service.playback(id, query) };
  }
}
