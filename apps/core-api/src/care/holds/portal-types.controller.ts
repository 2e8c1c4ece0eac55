import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { PublishedType, ResolveHostQuery } from '@restartix/contracts';
import { ApiDataArray, ApiProblems, RateLimited } from '@restartix/http';
import { Public } from '@restartix/tenancy';
import { PublicTypesService } from './public-types.service';

@Controller('v1/public/appointment-types')
export class PortalTypesController {
  constructor(private readonly service: PublicTypesService) {}

  @Get()
  @ApiOperation({ summary: 'What strangers may book at the organization whose host name this is' })
  @Public('strangers book without an account')
  @RateLimited('slots')
  @ApiDataArray(PublishedType)
  @ApiProblems('not_found')
  async list(@Query() { host }: ResolveHostQuery): Promise<{ data: PublishedType[] }> {
    return { data: await this.service.ofHost(host) };
  }
}
