import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems, RateLimited, type RequestWithBody } from '@restartix/http';
import { Public } from '@restartix/tenancy';
import { ClerkSyncService } from './clerk-sync.service';

/** The second path is the one that the source documents name. */
@Controller(['v1/webhooks/clerk', 'api/v1/webhooks/clerk'])
export class ClerkWebhooksController {
  constructor(private readonly service: ClerkSyncService) {}

  @Post()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Clerk tells of users, organizations, memberships and sessions (Standard Webhooks)',
  })
  @Public('Clerk calls it; the signature of the message says so.')
  @RateLimited('webhook')
  @ApiResponse({ status: 204, description: 'Taken in, now or before; it is worked on in a moment.' })
  @ApiProblems('webhook_signature_invalid', 'webhook_outside_window')
  async receive(@Req() { headers, rawBody }: RequestWithBody): Promise<void> {
    await this.service.receive({ headers, body: rawBody ?? Buffer.alloc(0) });
  }
}
