import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  Coverage,
  EnterCoverageRequest,
  UpdateCoverageRequest,
  VerifyCoverageRequest,
} from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { CoveragesService } from './coverages.service';

@Controller('v1/patients/:id/coverages')
export class CoveragesController {
  constructor(private readonly service: CoveragesService) {}

  @Get()
  @ApiOperation({ summary: 'What insures the patient: those in force first, in the order in which they pay' })
  @Requires('coverage:read')
  @Audited(['search coverage'], { each: true, shows: 'coverage' })
  @ApiDataArray(Coverage)
  async list(@Param('id', ParseUuid) id: string): Promise<{ data: Coverage[] }> {
    return { data: await this.service.list(id) };
  }

  @Post()
  @ApiOperation({
    summary:
      'Enters a coverage, not yet verified. The first takes the place of the insurance stated with the record',
  })
  @Requires('coverage:create')
  @Audited(['create coverage'], { perPatient: ['update patient'], shows: 'coverage' })
  @ApiData(Coverage, { status: 201 })
  @ApiProblems('conflict')
  async enter(
    @Param('id', ParseUuid) id: string,
    @Body() request: EnterCoverageRequest,
  ): Promise<{ data: Coverage }> {
    return { data: await this.service.enter(id, request) };
  }

  @Patch(':coverage_id')
  @ApiOperation({
    summary: 'Changes the given fields; another payer, number, group or plan is to be verified anew',
  })
  @Requires('coverage:update')
  @Audited(['update coverage'], { shows: 'coverage' })
  @ApiData(Coverage)
  @ApiProblems('conflict')
  async change(
    @Param('id', ParseUuid) id: string,
    @Param('coverage_id', ParseUuid) coverageId: string,
    @Body() change: UpdateCoverageRequest,
  ): Promise<{ data: Coverage }> {
    return { data: await this.service.change(id, coverageId, change) };
  }

  @Post(':coverage_id/verification')
  @HttpCode(200)
  @ApiOperation({ summary: 'Records what the payer said of it, asked by hand' })
  @Requires('coverage_verification:create')
  @Audited(['update coverage'], { shows: 'coverage' })
  @ApiData(Coverage)
  @ApiProblems('conflict')
  async verify(
    @Param('id', ParseUuid) id: string,
    @Param('coverage_id', ParseUuid) coverageId: string,
    @Body() { outcome }: VerifyCoverageRequest,
  ): Promise<{ data: Coverage }> {
    return { data: await this.service.verify(id, coverageId, outcome) };
  }

  @Post(':coverage_id/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends it with today; that it was stays on record' })
  @Requires('coverage:update')
  @Audited(['update coverage'], { shows: 'coverage' })
  @ApiData(Coverage)
  @ApiProblems('conflict')
  async end(
    @Param('id', ParseUuid) id: string,
    @Param('coverage_id', ParseUuid) coverageId: string,
  ): Promise<{ data: Coverage }> {
    return { data: await this.service.end(id, coverageId) };
  }
}
