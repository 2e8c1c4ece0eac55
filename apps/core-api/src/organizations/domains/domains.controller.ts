import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { AddDomainRequest, OrganizationDomain } from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseId, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { DomainsService } from './domains.service';

@Controller('v1/organizations/:id/domains')
export class DomainsController {
  constructor(private readonly service: DomainsService) {}

  @Get()
  @ApiOperation({ summary: 'Host names of the active organization, and how to prove them' })
  @Requires('domain:read')
  @ApiDataArray(OrganizationDomain)
  async list(@Param('id', ParseId) id: number): Promise<{ data: OrganizationDomain[] }> {
    return { data: await this.service.list(id) };
  }

  @Post()
  @ApiOperation({ summary: 'Asks for a host name; it answers once it is proven' })
  @Requires('domain:create')
  @Audited(['create organization_domain'])
  @ApiData(OrganizationDomain, { status: 201 })
  @ApiProblems('already_exists')
  async add(
    @Param('id', ParseId) id: number,
    @Body() { hostname }: AddDomainRequest,
  ): Promise<{ data: OrganizationDomain }> {
    return { data: await this.service.add(id, hostname) };
  }

  @Post(':domain_id/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Looks for the published record; `verified_at` says whether it was there' })
  @Requires('domain:update')
  @Audited(['update organization_domain'])
  @ApiData(OrganizationDomain)
  @ApiProblems('already_exists')
  async verify(
    @Param('id', ParseId) id: number,
    @Param('domain_id', ParseUuid) domainId: string,
  ): Promise<{ data: OrganizationDomain }> {
    return { data: await this.service.verify(id, domainId) };
  }

  @Delete(':domain_id')
  @ApiOperation({ summary: 'Gives a host name up' })
  @Requires('domain:update')
  @Audited(['update organization_domain'])
  @ApiData(OrganizationDomain)
  async remove(
    @Param('id', ParseId) id: number,
    @Param('domain_id', ParseUuid) domainId: string,
  ): Promise<{ data: OrganizationDomain }> {
    return { data: await this.service.remove(id, domainId) };
  }
}
