import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { Caregiver, EnterCaregiverRequest, UpdateCaregiverRequest } from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { CaregiversService } from './caregivers.service';

@Controller('v1/patients/:id/caregivers')
export class CaregiversController {
  constructor(private readonly service: CaregiversService) {}

  @Get()
  @ApiOperation({ summary: 'Who cares for the patient at home, and who may decide for them; the ended last' })
  @Requires('caregiver:read')
  @Audited(['search caregiver'], { each: true, shows: 'caregiver' })
  @ApiDataArray(Caregiver)
  async list(@Param('id', ParseUuid) id: string): Promise<{ data: Caregiver[] }> {
    return { data: await this.service.list(id) };
  }

  @Post()
  @ApiOperation({ summary: 'Enters a caregiver: a contact, who signs in as nobody' })
  @Requires('caregiver:create')
  @Audited(['create caregiver'], { shows: 'caregiver' })
  @ApiData(Caregiver, { status: 201 })
  async enter(
    @Param('id', ParseUuid) id: string,
    @Body() request: EnterCaregiverRequest,
  ): Promise<{ data: Caregiver }> {
    return { data: await this.service.enter(id, request) };
  }

  @Patch(':caregiver_id')
  @ApiOperation({ summary: 'Changes the given fields; the others stay' })
  @Requires('caregiver:update')
  @Audited(['update caregiver'], { shows: 'caregiver' })
  @ApiData(Caregiver)
  @ApiProblems('conflict')
  async change(
    @Param('id', ParseUuid) id: string,
    @Param('caregiver_id', ParseUuid) caregiverId: string,
    @Body() change: UpdateCaregiverRequest,
  ): Promise<{ data: Caregiver }> {
    return { data: await this.service.change(id, caregiverId, change) };
  }

  @Post(':caregiver_id/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends it now; that it was stays on record' })
  @Requires('caregiver:update')
  @Audited(['update caregiver'], { shows: 'caregiver' })
  @ApiData(Caregiver)
  @ApiProblems('conflict')
  async end(
    @Param('id', ParseUuid) id: string,
    @Param('caregiver_id', ParseUuid) caregiverId: string,
  ): Promise<{ data: Caregiver }> {
    return { data: await this.service.end(id, caregiverId) };
  }
}
