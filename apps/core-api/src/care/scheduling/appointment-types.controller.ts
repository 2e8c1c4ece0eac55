import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  AppointmentType,
  AppointmentTypeListQuery,
  CreateAppointmentTypeRequest,
  UpdateAppointmentTypeRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { AppointmentTypesService } from './appointment-types.service';

@Controller('v1/appointment-types')
export class AppointmentTypesController {
  constructor(private readonly service: AppointmentTypesService) {}

  @Get()
  @ApiOperation({ summary: 'What can be booked in your organization' })
  @Requires('appointment_type:read')
  @ApiList(AppointmentType)
  list(@Query() query: AppointmentTypeListQuery): Promise<{ data: AppointmentType[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Adds something that can be booked' })
  @Requires('appointment_type:create')
  @Audited(['create appointment_type'])
  @ApiData(AppointmentType, { status: 201 })
  @ApiProblems('conflict')
  async create(@Body() request: CreateAppointmentTypeRequest): Promise<{ data: AppointmentType }> {
    return { data: await this.service.create(request) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of them' })
  @Requires('appointment_type:read')
  @ApiData(AppointmentType)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: AppointmentType }> {
    return { data: await this.service.read(id) };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes the given fields; a list of specialists replaces the one there is' })
  @Requires('appointment_type:update')
  @Audited(['update appointment_type'])
  @ApiData(AppointmentType)
  @ApiProblems('conflict')
  async change(
    @Param('id', ParseUuid) id: string,
    @Body() change: UpdateAppointmentTypeRequest,
  ): Promise<{ data: AppointmentType }> {
    return { data: await this.service.change(id, change) };
  }
}
