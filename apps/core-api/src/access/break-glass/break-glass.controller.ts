import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  BreakGlass,
  BreakGlassListQuery,
  OpenBreakGlassRequest,
  ReviewBreakGlassRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires, RequiresStepUp } from '@restartix/tenancy';
import { BreakGlassReviewsService } from './break-glass-reviews.service';
import { BreakGlassService } from './break-glass.service';

@Controller('v1/break-glass')
export class BreakGlassController {
  constructor(
    private readonly service: BreakGlassService,
    private readonly reviews: BreakGlassReviewsService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Opens one closed record to your session; the patient and compliance are told' })
  @Requires('break_glass:create')
  @RequiresStepUp('break_glass')
  // One message to the patient, and one to each of the compliance staff.
  @Audited(['break_glass patient', 'create break_glass', 'create message', 'create message'], {
    shows: 'break_glass',
  })
  @ApiData(BreakGlass, { status: 201 })
  @ApiProblems('not_found', 'conflict', 'step_up_required')
  async open(@Body() request: OpenBreakGlassRequest): Promise<{ data: BreakGlass }> {
    return { data: await this.service.open(request) };
  }

  @Get()
  @ApiOperation({ summary: 'What you opened; for compliance what anybody did, and the review queue' })
  @Requires('break_glass:read')
  @Audited(['search break_glass'], { each: true, shows: 'break_glass' })
  @ApiList(BreakGlass)
  list(@Query() query: BreakGlassListQuery): Promise<{ data: BreakGlass[]; meta: PageMeta }> {
    return this.reviews.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One break-glass, with its reviews for compliance' })
  @Requires('break_glass:read')
  @Audited(['view break_glass'], { shows: 'break_glass' })
  @ApiData(BreakGlass)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: BreakGlass }> {
    return { data: await this.reviews.read(id) };
  }

  @Post(':id/close')
  @ApiOperation({ summary: 'Ends it before its time' })
  @HttpCode(200)
  @Requires('break_glass:update')
  @Audited(['update break_glass'], { shows: 'break_glass' })
  @ApiData(BreakGlass)
  @ApiProblems('transition_not_allowed')
  async close(@Param('id', ParseUuid) id: string): Promise<{ data: BreakGlass }> {
    return { data: await this.service.close(id) };
  }

  @Post(':id/review')
  @ApiOperation({ summary: 'Puts your word to it; two people look at each within a day' })
  @HttpCode(200)
  @Requires('break_glass_review:create')
  @Audited(['create break_glass_review'], { shows: 'break_glass' })
  @ApiData(BreakGlass)
  @ApiProblems('already_exists', 'transition_not_allowed')
  async review(
    @Param('id', ParseUuid) id: string,
    @Body() request: ReviewBreakGlassRequest,
  ): Promise<{ data: BreakGlass }> {
    return { data: await this.reviews.review(id, request) };
  }
}
