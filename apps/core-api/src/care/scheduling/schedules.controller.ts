import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { AddOverrideRequest, DateOverride, PutScheduleRequest, Schedule } from '@restartix/contracts';
import { ApiData, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { SchedulesService } from './schedules.service';

@Controller('v1/specialists/:id')
export class SchedulesController {
  constructor(private readonly service: SchedulesService) {}

  @Get('schedule')
  @ApiOperation({ summary: 'When somebody works: weekly hours and the exceptions to come' })
  @Requires('schedule:read')
  @ApiData(Schedule)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: Schedule }> {
    return { data: await this.service.read(id) };
  }

  @Put('schedule')
  @ApiOperation({ summary: 'Replaces the weekly hours' })
  @Requires('schedule:update')
  @Audited(['create schedule', 'update schedule'], { each: true })
  @ApiData(Schedule)
  @ApiProblems('conflict')
  async put(
    @Param('id', ParseUuid) id: string,
    @Body() request: PutScheduleRequest,
  ): Promise<{ data: Schedule }> {
    return { data: await this.service.put(id, request) };
  }

  @Post('overrides')
  @ApiOperation({ summary: 'Adds an exception: hours in place of the weekly ones, or days away' })
  @Requires('schedule:create')
  @Audited(['create schedule'])
  @ApiData(DateOverride, { status: 201 })
  @ApiProblems('conflict')
  async add(
    @Param('id', ParseUuid) id: string,
    @Body() request: AddOverrideRequest,
  ): Promise<{ data: DateOverride }> {
    return { data: await this.service.addOverride(id, request) };
  }

  @Delete('overrides/:override_id')
  @ApiOperation({ summary: 'Takes an exception back' })
  @Requires('schedule:update')
  @Audited(['update schedule'])
  @ApiData(DateOverride)
  async remove(
    @Param('id', ParseUuid) id: string,
    @Param('override_id', ParseUuid) overrideId: string,
  ): Promise<{ data: DateOverride }> {
    return { data: await this.service.removeOverride(id, overrideId) };
  }
}
