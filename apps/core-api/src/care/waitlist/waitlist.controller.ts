import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  Appointment,
  JoinWaitlistRequest,
  WaitlistEntry,
  WaitlistQuery,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { WaitlistService } from './waitlist.service';

const FREED = ['update appointment', 'create appointment_transition'] as const;

@Controller('v1/waitlist')
export class WaitlistController {
  constructor(private readonly service: WaitlistService) {}

  @Get()
  @ApiOperation({ summary: 'Who waits for which times, first come first: your own, or all for the desk' })
  @Requires('waitlist_entry:read')
  @Audited(['search waitlist_entry'], { each: true, shows: 'waitlist_entry' })
  @ApiList(WaitlistEntry)
  list(@Query() query: WaitlistQuery): Promise<{ data: WaitlistEntry[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Waits for a time that suits: each that becomes free is offered in order' })
  @Requires('waitlist_entry:create')
  @Audited(['create waitlist_entry'], { shows: 'waitlist_entry' })
  @ApiData(WaitlistEntry, { status: 201 })
  @ApiProblems('conflict', 'not_found')
  async join(@Body() request: JoinWaitlistRequest): Promise<{ data: WaitlistEntry }> {
    return { data: await this.service.join(request) };
  }

  @Post(':id/accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes the time that is offered' })
  @Requires('waitlist_entry:update')
  @Audited(['update waitlist_entry', ...FREED], {
    perPatient: ['create care_relationship'],
    shows: 'appointment',
  })
  @ApiData(Appointment)
  @ApiProblems('transition_not_allowed')
  async accept(@Param('id', ParseUuid) id: string): Promise<{ data: Appointment }> {
    return { data: await this.service.accept(id) };
  }

  @Post(':id/decline')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets the time that is offered go to the next, and keeps the place' })
  @Requires('waitlist_entry:update')
  @Audited(['update waitlist_entry', ...FREED], { shows: 'waitlist_entry' })
  @ApiData(WaitlistEntry)
  @ApiProblems('transition_not_allowed')
  async decline(@Param('id', ParseUuid) id: string): Promise<{ data: WaitlistEntry }> {
    return { data: await this.service.decline(id) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Waits no longer; what is offered goes to the next' })
  @Requires('waitlist_entry:update')
  @Audited(['update waitlist_entry'], { perPatient: [...FREED], shows: 'waitlist_entry' })
  @ApiData(WaitlistEntry)
  @ApiProblems('transition_not_allowed')
  async leave(@Param('id', ParseUuid) id: string): Promise<{ data: WaitlistEntry }> {
    return { data: await this.service.leave(id) };
  }
}
