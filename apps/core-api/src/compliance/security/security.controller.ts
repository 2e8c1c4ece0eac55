import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  SecurityAlert,
  SecurityAlertQuery,
  SecurityEvent,
  SecurityEventQuery,
  type CursorMeta,
} from '@restartix/contracts';
import { ApiCursorList, ApiData, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { SecurityService } from './security.service';

@Controller('v1')
export class SecurityController {
  constructor(private readonly service: SecurityService) {}

  @Get('security-events')
  @ApiOperation({ summary: 'Failed sign-ins, denials and uses of keys in your organization, newest first' })
  @Requires('security_event:read')
  @Audited(['search security_event'])
  @ApiCursorList(SecurityEvent)
  events(@Query() query: SecurityEventQuery): Promise<{ data: SecurityEvent[]; meta: CursorMeta }> {
    return this.service.events(query);
  }

  @Get('security-alerts')
  @ApiOperation({ summary: 'What thresholds made of them, newest first' })
  @Requires('security_alert:read')
  @Audited(['search security_alert'])
  @ApiCursorList(SecurityAlert)
  alerts(@Query() query: SecurityAlertQuery): Promise<{ data: SecurityAlert[]; meta: CursorMeta }> {
    return this.service.alerts(query);
  }

  @Post('security-alerts/:id/acknowledge')
  @HttpCode(200)
  @ApiOperation({ summary: 'Says that you look after an alert' })
  @Requires('security_alert:update')
  @Audited(['update security_alert'])
  @ApiData(SecurityAlert)
  async acknowledge(@Param('id', ParseUuid) id: string): Promise<{ data: SecurityAlert }> {
    return { data: await this.service.acknowledge(id) };
  }
}
