import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AvailabilityQuery, Timeslot } from '@restartix/contracts';
import { ApiDataArray, ApiProblems } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { AvailabilityService } from './availability.service';

@Controller('v1/availability')
export class AvailabilityController {
  constructor(private readonly service: AvailabilityService) {}

  @Get()
  @ApiOperation({ summary: 'Free times of a type, of each the specialist who would be chosen' })
  @Requires('appointment_type:read')
  @ApiDataArray(Timeslot)
  @ApiProblems('not_found')
  async search(@Query() query: AvailabilityQuery): Promise<{ data: Timeslot[] }> {
    return { data: await this.service.search(query.appointment_type_id, query) };
  }
}
