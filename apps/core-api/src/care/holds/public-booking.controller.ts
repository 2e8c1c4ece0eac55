import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  PublicAppointmentType,
  PublicBooking,
  PublicBookingRequest,
  Timeslot,
  TimeslotsQuery,
} from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid, RateLimited } from '@restartix/http';
import { Public } from '@restartix/tenancy';
import { HoldsService } from './holds.service';
import { PublicTypesService } from './public-types.service';

const STRANGERS = 'strangers book without an account';

@Controller('v1/appointment-types/:id')
export class PublicBookingController {
  constructor(
    private readonly holds: HoldsService,
    private readonly types: PublicTypesService,
  ) {}

  @Get('details')
  @ApiOperation({ summary: 'What a stranger may know of a published type' })
  @Public(STRANGERS)
  @RateLimited('slots')
  @ApiData(PublicAppointmentType)
  async details(@Param('id', ParseUuid) id: string): Promise<{ data: PublicAppointmentType }> {
    return { data: await this.types.details(id) };
  }

  @Get('timeslots')
  @ApiOperation({ summary: 'Its free times that nobody holds' })
  @Public(STRANGERS)
  @RateLimited('slots')
  @ApiDataArray(Timeslot)
  async timeslots(
    @Param('id', ParseUuid) id: string,
    @Query() query: TimeslotsQuery,
  ): Promise<{ data: Timeslot[] }> {
    return { data: await this.types.timeslots(id, query) };
  }

  @Post('book')
  @ApiOperation({ summary: 'Books the time a hold stands for' })
  @Public(STRANGERS)
  @RateLimited('public_booking')
  @Audited(['create appointment', 'create appointment_transition'])
  @ApiData(PublicBooking, { status: 201 })
  @ApiProblems('slot_taken')
  async book(
    @Param('id', ParseUuid) id: string,
    @Body() request: PublicBookingRequest,
  ): Promise<{ data: PublicBooking }> {
    return { data: await this.holds.book(id, request) };
  }
}
