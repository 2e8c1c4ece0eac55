import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  CreatePatientRequest,
  Patient,
  PatientListQuery,
  PatientSearchRequest,
  UpdatePatientRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import type { Response } from 'express';
import { entityTag, IfMatch } from '../../platform/entity-tag';
import { PatientsService } from './patients.service';

@Controller('v1/patients')
export class PatientsController {
  constructor(private readonly service: PatientsService) {}

  @Get()
  @ApiOperation({ summary: 'Patients you may see, newest first' })
  @Requires('patient:read')
  @Audited(['search patient'], { each: true, shows: 'patient' })
  @ApiList(Patient)
  list(@Query() query: PatientListQuery): Promise<{ data: Patient[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post('search')
  @ApiOperation({
    summary: 'Exact search. Terms travel in the body so that they never stand in an address or a log',
  })
  @HttpCode(200)
  @Requires('patient:read')
  @Audited(['search patient'], { each: true, shows: 'patient' })
  @ApiList(Patient)
  search(@Body() request: PatientSearchRequest): Promise<{ data: Patient[]; meta: PageMeta }> {
    return this.service.search(request);
  }

  @Post()
  @ApiOperation({ summary: 'Registers a new person with a record in your organization' })
  @Requires('patient:create')
  @Audited(['create patient_person', 'create patient', 'create care_relationship'], { shows: 'patient' })
  @ApiData(Patient, { status: 201 })
  async create(
    @Body() request: CreatePatientRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ data: Patient }> {
    const patient = await this.service.create(request);
    response
      .setHeader('ETag', entityTag(patient.version))
      .setHeader('Location', `/v1/patients/${patient.id}`);
    return { data: patient };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One patient’s record' })
  @Requires('patient:read')
  @Audited(['view patient'], { shows: 'patient' })
  @ApiData(Patient)
  async read(
    @Param('id', ParseUuid) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ data: Patient }> {
    const patient = await this.service.read(id);
    response.setHeader('ETag', entityTag(patient.version));
    return { data: patient };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes the given fields; the others stay' })
  @Requires('patient:update')
  @Audited(['update patient'], { shows: 'patient' })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag you read: 412 when it has changed since.',
  })
  @ApiData(Patient)
  @ApiProblems('conflict')
  async change(
    @Param('id', ParseUuid) id: string,
    @IfMatch() ifVersion: number | null,
    @Body() change: UpdatePatientRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ data: Patient }> {
    const patient = await this.service.change(id, change, ifVersion);
    response.setHeader('ETag', entityTag(patient.version));
    return { data: patient };
  }
}
