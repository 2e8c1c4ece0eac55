import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { MySession } from '@restartix/contracts';
import { ApiDataArray, ParseUuid } from '@restartix/http';
import { AboutLogin, Authenticated } from '@restartix/tenancy';
import { MySessionsService } from './my-sessions.service';

@Controller('v1/me/sessions')
@AboutLogin()
export class SessionsController {
  constructor(private readonly service: MySessionsService) {}

  @Get()
  @ApiOperation({ summary: 'Where you are signed in, last used first; at most a hundred' })
  @Authenticated()
  @ApiDataArray(MySession)
  async list(): Promise<{ data: MySession[] }> {
    return { data: await this.service.list() };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends every session of yours but the one you ask with' })
  @Authenticated()
  @Audited(['logout session'])
  @ApiResponse({ status: 204, description: 'They are over at once, on every server.' })
  endOthers(): Promise<void> {
    return this.service.endOthers();
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends a session of yours; the one you ask with is signed out' })
  @Authenticated()
  @Audited(['logout session'])
  @ApiResponse({ status: 204, description: 'It is over at once, on every server.' })
  end(@Param('id', ParseUuid) id: string): Promise<void> {
    return this.service.end(id);
  }
}
