import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import {
  AnalyticsStatsQuery,
  AnalyticsStatsRow,
  TrackEventsReceipt,
  TrackEventsRequest,
} from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems } from '@restartix/http';
import { Member, Requires } from '@restartix/tenancy';
import { AnalyticsEdgeService } from './analytics-edge.service';

@Controller('v1/telemetry')
export class AnalyticsEdgeController {
  constructor(private readonly service: AnalyticsEdgeService) {}

  @Post('events')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Hands in what happened in a client app; it is stored as far as its user consented',
  })
  @Member()
  @ApiData(TrackEventsReceipt, { status: 202 })
  @ApiProblems('rate_limited', 'queue_unavailable')
  async track(@Body() request: TrackEventsRequest): Promise<{ data: TrackEventsReceipt }> {
    return { data: await this.service.track(request) };
  }

  @Get('stats')
  @ApiOperation({ summary: 'Events per day and name in your organization' })
  @Requires('analytics:read')
  @ApiDataArray(AnalyticsStatsRow)
  @ApiProblems('analytics_unavailable')
  async stats(@Query() query: AnalyticsStatsQuery): Promise<{ data: AnalyticsStatsRow[] }> {
    return { data: await this.service.stats(query) };
  }
}
