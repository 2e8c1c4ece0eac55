import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { OrganizationSettings, UpdateSettingsRequest } from '@restartix/contracts';
import { ApiData, ApiProblems, ParseId } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { SettingsService } from './settings.service';

@Controller('v1/organizations/:id/settings')
export class SettingsController {
  constructor(private readonly service: SettingsService) {}

  @Get()
  @ApiOperation({ summary: 'How the active organization works, and which features it has' })
  @Requires('organization_settings:read')
  @ApiData(OrganizationSettings)
  async read(@Param('id', ParseId) id: number): Promise<{ data: OrganizationSettings }> {
    return { data: await this.service.read(id) };
  }

  @Patch()
  @ApiOperation({
    summary:
      'Changes the given settings and flags; the others stay. Any change of sso takes a fresh second factor',
  })
  @Requires('organization_settings:update')
  @Audited(['configure organization_settings'])
  @ApiData(OrganizationSettings)
  @ApiProblems('step_up_required', 'conflict')
  async change(
    @Param('id', ParseId) id: number,
    @Body() change: UpdateSettingsRequest,
  ): Promise<{ data: OrganizationSettings }> {
    return { data: await this.service.change(id, change) };
  }
}
