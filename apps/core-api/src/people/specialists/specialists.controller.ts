import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Specialist, SpecialistListQuery, type PageMeta } from '@restartix/contracts';
import { ApiList } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { SpecialistsService } from './specialists.service';

@Controller('v1/specialists')
export class SpecialistsController {
  constructor(private readonly service: SpecialistsService) {}

  @Get()
  @ApiOperation({ summary: 'The practitioners of your organization' })
  @Requires('specialist:read')
  @ApiList(Specialist)
  list(@Query() query: SpecialistListQuery): Promise<{ data: Specialist[]; meta: PageMeta }> {
    return this.service.list(query);
  }
}
