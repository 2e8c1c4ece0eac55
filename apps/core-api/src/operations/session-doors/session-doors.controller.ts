import { Body, Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation } from '@nestjs/swagger';
import { MediaEventsRequest, PoseFramesRequest, SessionItemsReceipt } from '@restartix/contracts';
import {
  AcceptsBinary,
  ApiData,
  ApiProblems,
  BINARY_MEDIA_TYPE,
  isBinary,
  RateLimited,
  type RequestWithBody,
} from '@restartix/http';
import { Claims, Public, SessionTokenGuard } from '@restartix/tenancy';
import type { SessionClaims } from '../../rehab/exercise-sessions/session-tokens.service';
import { SessionDoorsService } from './session-doors.service';

const REASON = 'Opened by the signed token of an exercise session, which a guard of its own verifies.';
const PROBLEMS = [
  'unauthenticated',
  'token_invalid',
  'token_expired',
  'forbidden',
  'rate_limited',
  'queue_unavailable',
] as const;

@Controller('v1/telemetry')
@UseGuards(SessionTokenGuard)
@RateLimited('telemetry')
export class SessionDoorsController {
  constructor(private readonly service: SessionDoorsService) {}

  @Post('media/events')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Hands in what a player tells of a video; with the token of the exercise session',
  })
  @Public(REASON)
  @ApiBearerAuth('session')
  @ApiData(SessionItemsReceipt, { status: 202 })
  @ApiProblems(...PROBLEMS)
  async media(
    @Claims() claims: SessionClaims,
    @Body() request: MediaEventsRequest,
  ): Promise<{ data: SessionItemsReceipt }> {
    return { data: await this.service.media(claims, request) };
  }

  @Post('pose/frames')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Hands in about a second of body landmarks: binary float32, or JSON; either may be gzip-encoded',
  })
  @Public(REASON)
  @ApiBearerAuth('session')
  @AcceptsBinary()
  @ApiConsumes('application/json', BINARY_MEDIA_TYPE)
  @ApiBody({ type: PoseFramesRequest })
  @ApiData(SessionItemsReceipt, { status: 202 })
  @ApiProblems(...PROBLEMS)
  async poses(
    @Claims() claims: SessionClaims,
    @Req() request: RequestWithBody,
  ): Promise<{ data: SessionItemsReceipt }> {
    if (isBinary(request))
      return { data: await this.service.poseBytes(claims, request.rawBody ?? Buffer.alloc(0)) };
    return { data: await this.service.poses(claims, request.body) };
  }
}
