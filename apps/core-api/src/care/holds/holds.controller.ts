import { Body, Controller, Get, Headers, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation } from '@nestjs/swagger';
import {
  ClaimHoldRequest,
  ClientHoldsQuery,
  Hold,
  HoldsRequest,
  HoldState,
  HoldStreamQuery,
} from '@restartix/contracts';
import { invalid } from '@restartix/errors';
import { ApiData, ApiDataArray, ApiProblems, RateLimited } from '@restartix/http';
import { Public } from '@restartix/tenancy';
import type { Response } from 'express';
import { HoldEventsService } from './hold-events.service';
import type { HoldEvent } from './hold-store';
import { HoldsService } from './holds.service';

const STRANGERS = 'strangers book without an account';
/** Proxies cut what is silent. */
const KEEP_ALIVE_MS = 15_000;

@Controller('v1/holds')
export class HoldsController {
  constructor(
    private readonly service: HoldsService,
    private readonly events: HoldEventsService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Holds a time for 30 seconds; send a heartbeat every 20' })
  @Public(STRANGERS)
  @RateLimited('hold_claim')
  @ApiData(Hold, { status: 201 })
  @ApiProblems('slot_taken', 'conflict', 'not_found')
  async claim(@Body() request: ClaimHoldRequest): Promise<{ data: Hold }> {
    return { data: await this.service.claim(request) };
  }

  @Patch()
  @ApiOperation({ summary: 'Heartbeat: keeps what is still yours' })
  @Public(STRANGERS)
  @RateLimited('hold_heartbeat')
  @ApiDataArray(HoldState)
  async heartbeat(@Body() { client_id, hold_ids }: HoldsRequest): Promise<{ data: HoldState[] }> {
    return { data: await this.service.heartbeat(client_id, hold_ids) };
  }

  @Get()
  @ApiOperation({ summary: 'What a client holds of a type' })
  @Public(STRANGERS)
  @RateLimited('slots')
  @ApiDataArray(Hold)
  @ApiProblems('not_found')
  async list(@Query() { appointment_type_id, client_id }: ClientHoldsQuery): Promise<{ data: Hold[] }> {
    return { data: await this.service.list(appointment_type_id, client_id) };
  }

  @Post('check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether holds are still yours' })
  @Public(STRANGERS)
  @RateLimited('slots')
  @ApiDataArray(HoldState)
  async check(@Body() { client_id, hold_ids }: HoldsRequest): Promise<{ data: HoldState[] }> {
    return { data: await this.service.check(client_id, hold_ids) };
  }

  @Post('release-all')
  @HttpCode(200)
  @ApiOperation({ summary: 'Gives back everything a client holds of a type' })
  @Public(STRANGERS)
  @RateLimited('hold_release')
  @ApiDataArray(HoldState)
  @ApiProblems('not_found')
  async releaseAll(
    @Body() { appointment_type_id, client_id }: ClientHoldsQuery,
  ): Promise<{ data: HoldState[] }> {
    return { data: await this.service.releaseAll(appointment_type_id, client_id) };
  }

  /** A stream without an end: it stands in the README, not in the OpenAPI document. */
  @Get('stream')
  @ApiExcludeEndpoint()
  @Public(STRANGERS)
  @RateLimited('hold_stream')
  async stream(
    @Query() { appointment_type_id }: HoldStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    if (lastEventId !== undefined && !/^\d{1,15}-\d{1,10}$/.test(lastEventId))
      throw invalid([{ field: 'Last-Event-ID', reason: 'must be the id of an event' }]);
    const waiting: HoldEvent[] = [];
    let tell = (event: HoldEvent): void => void waiting.push(event);
    const stop = await this.events.follow(
      ...([
        appointment_type_id,
        lastEventId,
        (event: HoldEvent) => tell(event),
        () => response.end(),
      ] as const),
    );
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': open\n\n');
    tell = (event) => void response.write(messageOf(event));
    waiting.forEach(tell);
    const alive = setInterval(() => response.write(': alive\n\n'), KEEP_ALIVE_MS);
    response.on('close', () => {
      clearInterval(alive);
      stop();
    });
  }
}

/** Ids and times only; whoever wants more fetches it. */
const messageOf = ({ id, event, startsAt, specialistId }: HoldEvent): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ starts_at: new Date(startsAt).toISOString(), specialist_id: specialistId })}\n\n`;
