import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  Organization,
  OrganizationListQuery,
  UpdateOrganizationRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ParseId } from '@restartix/http';
import { AboutLogin, Authenticated, Requires } from '@restartix/tenancy';
import { OrganizationsService } from './organizations.service';

@Controller('v1/organizations')
export class OrganizationsController {
  constructor(private readonly service: OrganizationsService) {}

  @Get()
  @ApiOperation({ summary: 'The organizations you belong to' })
  @Authenticated()
  @AboutLogin()
  @ApiList(Organization)
  list(@Query() query: OrganizationListQuery): Promise<{ data: Organization[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: "The active organization's profile" })
  @Requires('organization:read')
  @ApiData(Organization)
  async read(@Param('id', ParseId) id: number): Promise<{ data: Organization }> {
    return { data: await this.service.read(id) };
  }

  @Patch(':id')
  @ApiOperation({ summary: "Changes the active organization's profile" })
  @Requires('organization:update')
  @Audited(['update organization'])
  @ApiData(Organization)
  async change(
    @Param('id', ParseId) id: number,
    @Body() change: UpdateOrganizationRequest,
  ): Promise<{ data: Organization }> {
    return { data: await this.service.change(id, change) };
  }
}
