import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  AssignCareRequest,
  CareRelationship,
  CareRelationshipListQuery,
  HandOverRequest,
  type PageMeta,
} from '@restartix/contracts';
import { ApiData, ApiList, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { CareRelationshipsService } from './care-relationships.service';

@Controller('v1/care-relationships')
export class CareRelationshipsController {
  constructor(private readonly service: CareRelationshipsService) {}

  @Get()
  @ApiOperation({
    summary: 'Who cares for whom, and who did: a specialist’s own, the organization’s for staff',
  })
  @Requires('care_relationship:read')
  @Audited(['search care_relationship'], { each: true, shows: 'care_relationship' })
  @ApiList(CareRelationship)
  list(@Query() query: CareRelationshipListQuery): Promise<{ data: CareRelationship[]; meta: PageMeta }> {
    return this.service.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Puts a patient in a specialist’s care, for a time or without a limit' })
  @Requires('care_relationship:create')
  @Audited(['create care_relationship'], { shows: 'care_relationship' })
  @ApiData(CareRelationship, { status: 201 })
  @ApiProblems('not_found', 'conflict')
  async assign(@Body() request: AssignCareRequest): Promise<{ data: CareRelationship }> {
    return { data: await this.service.assign(request) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One care relationship' })
  @Requires('care_relationship:read')
  @Audited(['view care_relationship'], { shows: 'care_relationship' })
  @ApiData(CareRelationship)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: CareRelationship }> {
    return { data: await this.service.read(id) };
  }

  @Post(':id/close')
  @ApiOperation({ summary: 'Ends care before its time' })
  @HttpCode(200)
  @Requires('care_relationship:update')
  @Audited(['update care_relationship'], { shows: 'care_relationship' })
  @ApiData(CareRelationship)
  @ApiProblems('transition_not_allowed')
  async close(@Param('id', ParseUuid) id: string): Promise<{ data: CareRelationship }> {
    return { data: await this.service.close(id) };
  }

  @Post(':id/hand-over')
  @ApiOperation({ summary: 'Hands a patient over to another specialist; answers the new relationship' })
  @HttpCode(200)
  @Requires('care_relationship:update')
  @Audited(['create care_relationship', 'update care_relationship'], { shows: 'care_relationship' })
  @ApiData(CareRelationship)
  @ApiProblems('conflict', 'transition_not_allowed')
  async handOver(
    @Param('id', ParseUuid) id: string,
    @Body() request: HandOverRequest,
  ): Promise<{ data: CareRelationship }> {
    return { data: await this.service.handOver(id, request) };
  }
}
