import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { PublicOrganization, ResolveHostQuery } from '@restartix/contracts';
import { ApiData, ApiProblems } from '@restartix/http';
import { Public } from '@restartix/tenancy';
import { DomainsService } from './domains.service';

@Controller('v1/public/organizations/resolve')
export class ResolveController {
  constructor(private readonly service: DomainsService) {}

  @Get()
  @ApiOperation({ summary: 'Whose host name this is' })
  @Public('a portal must know whose it is before anyone signs in')
  @ApiData(PublicOrganization)
  @ApiProblems('not_found')
  async resolve(@Query() { host }: ResolveHostQuery): Promise<{ data: PublicOrganization }> {
    return { data: await this.service.resolve(host) };
  }
}
