import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  CreateSpecialistRequest,
  Specialist,
  SpecialistListQuery,
  SpecialistProfile,
  UpdateSpecialistRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
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

  @Post()
  @ApiOperation({ summary: 'Registers a practitioner' })
  @Requires('specialist:create')
  @Audited(['create specialist'])
  @ApiData(SpecialistProfile, { status: 201 })
  @ApiProblems('already_exists', 'conflict')
  async create(@Body() request: CreateSpecialistRequest): Promise<{ data: SpecialistProfile }> {
    return { data: await this.service.create(request) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One practitioner; contact data, numbers and licences for staff' })
  @Requires('specialist:read')
  @ApiData(SpecialistProfile)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: SpecialistProfile }> {
    return { data: await this.service.read(id) };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes the given fields; a list replaces the one there is' })
  @Requires('specialist:update')
  @Audited(['update specialist'])
  @ApiData(SpecialistProfile)
  @ApiProblems('already_exists', 'conflict')
  async change(
    @Param('id', ParseUuid) id: string,
    @Body() change: UpdateSpecialistRequest,
  ): Promise<{ data: SpecialistProfile }> {
    return { data: await this.service.change(id, change) };
  }
}
