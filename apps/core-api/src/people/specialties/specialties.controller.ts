import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  CreateSpecialtyRequest,
  Specialty,
  SpecialtyListQuery,
  UpdateSpecialtyRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { SpecialtiesService } from './specialties.service';

@Controller('v1/specialties')
export class SpecialtiesController {
  constructor(private readonly service: SpecialtiesService) {}

  @Get()
  @ApiOperation({ summary: 'The fields of practice of your organization, searchable by title' })
  @Requires('specialist:read')
  @ApiList(Specialty)
  list(@Query() query: SpecialtyListQuery): Promise<{ data: Specialty[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Adds a field of practice' })
  @Requires('specialist:create')
  @Audited(['create specialty'])
  @ApiData(Specialty, { status: 201 })
  @ApiProblems('already_exists')
  async create(@Body() request: CreateSpecialtyRequest): Promise<{ data: Specialty }> {
    return { data: await this.service.create(request) };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes the given fields; the others stay' })
  @Requires('specialist:update')
  @Audited(['update specialty'])
  @ApiData(Specialty)
  @ApiProblems('already_exists')
  async change(
    @Param('id', ParseUuid) id: string,
    @Body() change: UpdateSpecialtyRequest,
  ): Promise<{ data: Specialty }> {
    return { data: await this.service.change(id, change) };
  }
}
