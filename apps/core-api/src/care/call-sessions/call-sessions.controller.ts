import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { CallSession } from '@restartix/contracts';
import { ApiData, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { CallSessionsService } from './call-sessions.service';

@Controller('v1/appointments')
export class CallSessionsController {
  constructor(private readonly service: CallSessionsService) {}

  @Post(':id/call-session')
  @HttpCode(200)
  @ApiOperation({ summary: 'A session and its token to hand in how the video call of an appointment goes' })
  @Requires('appointment:read')
  @Audited(['view appointment'])
  @ApiData(CallSession)
  async open(@Param('id', ParseUuid) id: string): Promise<{ data: CallSession }> {
    return { data: await this.service.open(id) };
  }
}
