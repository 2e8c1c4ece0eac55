import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  Appointment,
  AppointmentListQuery,
  AppointmentTransition,
  CancelAppointmentRequest,
  ChangeStatusRequest,
  CreateAppointmentRequest,
  OnboardAppointmentRequest,
  RateAppointmentRequest,
  RescheduleRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { AppointmentsService } from './appointments.service';
import { BookingService } from './booking.service';
import { LifecycleService } from './lifecycle.service';

const CHANGE = ['update appointment', 'create appointment_transition'] as const;

@Controller('v1/appointments')
export class AppointmentsController {
  constructor(
    private readonly appointments: AppointmentsService,
    private readonly booking: BookingService,
    private readonly lifecycle: LifecycleService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Your appointments; all of the organization’s for the desk' })
  @Requires('appointment:read')
  @Audited(['search appointment'], { each: true, shows: 'appointment' })
  @ApiList(Appointment)
  list(@Query() query: AppointmentListQuery): Promise<{ data: Appointment[]; meta: PageMeta }> {
    return this.appointments.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Books a time; a lost one is answered with others that are free' })
  @Requires('appointment:create')
  @Audited(['create appointment', 'create appointment_transition'], {
    perPatient: ['create care_relationship'],
    shows: 'appointment',
  })
  @ApiData(Appointment, { status: 201 })
  @ApiProblems('slot_taken', 'conflict', 'not_found')
  async book(@Body() request: CreateAppointmentRequest): Promise<{ data: Appointment }> {
    return { data: await this.booking.book(request) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One appointment' })
  @Requires('appointment:read')
  @Audited(['view appointment'], { shows: 'appointment' })
  @ApiData(Appointment)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: Appointment }> {
    return { data: await this.appointments.read(id) };
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'Who changed it and when, oldest first' })
  @Requires('appointment:read')
  @Audited(['view appointment'])
  @ApiDataArray(AppointmentTransition)
  async history(@Param('id', ParseUuid) id: string): Promise<{ data: AppointmentTransition[] }> {
    return { data: await this.appointments.history(id) };
  }

  @Post(':id/onboard')
  @HttpCode(200)
  @ApiOperation({ summary: 'Gives a stranger’s booking its patient' })
  @Requires('appointment:update')
  @Audited(CHANGE, {
    perPatient: ['create care_relationship', 'create patient', 'create patient_person'],
    shows: 'appointment',
  })
  @ApiData(Appointment)
  @ApiProblems('transition_not_allowed', 'conflict')
  async onboard(
    @Param('id', ParseUuid) id: string,
    @Body() request: OnboardAppointmentRequest,
  ): Promise<{ data: Appointment }> {
    return { data: await this.booking.onboard(id, request) };
  }

  @Put(':id/status')
  @ApiOperation({ summary: 'The next step: confirmed, checked in, in progress, done, or missed' })
  @Requires('appointment:update')
  @Audited(CHANGE, { perPatient: ['update care_relationship'], shows: 'appointment' })
  @ApiData(Appointment)
  @ApiProblems('transition_not_allowed')
  async changeStatus(
    @Param('id', ParseUuid) id: string,
    @Body() { status }: ChangeStatusRequest,
  ): Promise<{ data: Appointment }> {
    return { data: await this.lifecycle.changeStatus(id, status) };
  }

  @Put(':id/reschedule')
  @ApiOperation({ summary: 'Moves it to another time, or to another specialist' })
  @Requires('appointment:update')
  @Audited(CHANGE, {
    perPatient: ['create care_relationship', 'update care_relationship'],
    shows: 'appointment',
  })
  @ApiData(Appointment)
  @ApiProblems('slot_taken', 'transition_not_allowed', 'conflict')
  async reschedule(
    @Param('id', ParseUuid) id: string,
    @Body() request: RescheduleRequest,
  ): Promise<{ data: Appointment }> {
    return { data: await this.booking.reschedule(id, request) };
  }

  @Put(':id/cancel')
  @ApiOperation({ summary: 'Cancels it, with the reason' })
  @Requires('appointment:update')
  @Audited(CHANGE, { perPatient: ['update care_relationship'], shows: 'appointment' })
  @ApiData(Appointment)
  @ApiProblems('transition_not_allowed')
  async cancel(
    @Param('id', ParseUuid) id: string,
    @Body() request: CancelAppointmentRequest,
  ): Promise<{ data: Appointment }> {
    return { data: await this.lifecycle.cancel(id, request) };
  }

  @Post(':id/rating')
  @HttpCode(200)
  @ApiOperation({ summary: 'The patient’s word on a visit that was held' })
  @Requires('appointment_rating:create')
  @Audited(['update appointment'], { perPatient: ['create message'], shows: 'appointment' })
  @ApiData(Appointment)
  @ApiProblems('transition_not_allowed')
  async rate(
    @Param('id', ParseUuid) id: string,
    @Body() request: RateAppointmentRequest,
  ): Promise<{ data: Appointment }> {
    return { data: await this.lifecycle.rate(id, request) };
  }
}
