import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import {
  AnalyticsStatsQuery,
  AnalyticsStatsRow,
  ItemsReceipt,
  ReportErrorsRequest,
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
  @ApiData(ItemsReceipt, { status: 202 })
  @ApiProblems('rate_limited', 'queue_unavailable')
  async track(@Body() request: TrackEventsRequest): Promise<{ data: ItemsReceipt }> {
    return { data: await this.service.track(request) };
  }

  @Post('errors')
  @HttpCode(202)
  @ApiOperation({ summary: 'Hands in faults a client app met, by code; from consent level 1 on' })
  @Member()
  @ApiData(ItemsReceipt, { status: 202 })
  @ApiProblems('rate_limited', 'queue_unavailable')
  async report(@Body() request: ReportErrorsRequest): Promise<{ data: ItemsReceipt }> {
    return { data: await this.service.report(request) };
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
