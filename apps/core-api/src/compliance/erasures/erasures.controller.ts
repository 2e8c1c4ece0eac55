import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { Erasure, EraseRequest } from '@restartix/contracts';
import { ApiData, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ErasuresService } from './erasures.service';

@Controller('v1/patients/:id/erasure')
export class ErasuresController {
  constructor(private readonly service: ErasuresService) {}

  @Post()
  @ApiOperation({
    summary: 'Destroys a patient’s key, for good; the receipt of before where it is gone already',
  })
  @HttpCode(200)
  @Requires('erasure:create')
  @Audited(['create erasure', 'delete membership', 'update care_relationship', 'update patient'], {
    shows: 'erasure',
  })
  @ApiData(Erasure)
  @ApiProblems('legal_hold')
  async erase(@Param('id', ParseUuid) id: string, @Body() request: EraseRequest): Promise<{ data: Erasure }> {
    return { data: await this.service.erase(id, request) };
  }

  @Get()
  @ApiOperation({ summary: 'The receipt of a patient’s erasure' })
  @Requires('erasure:read')
  @Audited(['view erasure'], { shows: 'erasure' })
  @ApiData(Erasure)
  async receipt(@Param('id', ParseUuid) id: string): Promise<{ data: Erasure }> {
    return { data: await this.service.receipt(id) };
  }
}
