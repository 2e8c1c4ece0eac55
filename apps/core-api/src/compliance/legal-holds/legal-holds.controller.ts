import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  LegalHold,
  LegalHoldListQuery,
  LiftLegalHoldRequest,
  PlaceLegalHoldRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { LegalHoldsService } from './legal-holds.service';

@Controller('v1/legal-holds')
export class LegalHoldsController {
  constructor(private readonly service: LegalHoldsService) {}

  @Put(':id')
  @ApiOperation({
    summary: 'Keeps a patient, or the whole organization, from being erased or dropped; you choose the id',
  })
  @Requires('legal_hold:create')
  @Audited(['create legal_hold'], { shows: 'legal_hold' })
  @ApiData(LegalHold)
  @ApiProblems('not_found', 'conflict')
  async place(
    @Param('id', ParseUuid) id: string,
    @Body() request: PlaceLegalHoldRequest,
  ): Promise<{ data: LegalHold }> {
    return { data: await this.service.place(id, request) };
  }

  @Get()
  @ApiOperation({ summary: 'Legal holds of your organization, newest first' })
  @Requires('legal_hold:read')
  @Audited(['search legal_hold'], { each: true, shows: 'legal_hold' })
  @ApiList(LegalHold)
  list(@Query() query: LegalHoldListQuery): Promise<{ data: LegalHold[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post(':id/lift')
  @ApiOperation({ summary: 'Lifts a hold; again after a 503, until both stores have' })
  @HttpCode(200)
  @Requires('legal_hold:update')
  @Audited(['update legal_hold'], { shows: 'legal_hold' })
  @ApiData(LegalHold)
  async lift(
    @Param('id', ParseUuid) id: string,
    @Body() request: LiftLegalHoldRequest,
  ): Promise<{ data: LegalHold }> {
    return { data: await this.service.lift(id, request) };
  }
}
