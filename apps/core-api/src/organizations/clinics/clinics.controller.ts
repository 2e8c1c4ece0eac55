import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  Clinic,
  ClinicListQuery,
  CreateClinicRequest,
  UpdateClinicRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ClinicsService } from './clinics.service';

@Controller('v1/clinics')
export class ClinicsController {
  constructor(private readonly service: ClinicsService) {}

  @Get()
  @ApiOperation({ summary: 'The locations of your organization' })
  @Requires('clinic:read')
  @ApiList(Clinic)
  list(@Query() query: ClinicListQuery): Promise<{ data: Clinic[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Opens a location' })
  @Requires('clinic:create')
  @Audited(['create clinic'])
  @ApiData(Clinic, { status: 201 })
  async create(@Body() request: CreateClinicRequest): Promise<{ data: Clinic }> {
    return { data: await this.service.create(request) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One location' })
  @Requires('clinic:read')
  @ApiData(Clinic)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: Clinic }> {
    return { data: await this.service.read(id) };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes the given fields; the others stay' })
  @Requires('clinic:update')
  @Audited(['update clinic'])
  @ApiData(Clinic)
  async change(
    @Param('id', ParseUuid) id: string,
    @Body() change: UpdateClinicRequest,
  ): Promise<{ data: Clinic }> {
    return { data: await this.service.change(id, change) };
  }
}
