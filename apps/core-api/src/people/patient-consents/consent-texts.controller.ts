import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { ConsentText, PublishConsentTextRequest } from '@restartix/contracts';
import { ApiData, ApiDataArray } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ConsentTextsService } from './consent-texts.service';

@Controller('v1/consent-texts')
export class ConsentTextsController {
  constructor(private readonly service: ConsentTextsService) {}

  @Get()
  @ApiOperation({ summary: 'What patients are asked to agree to now: the newest version of each kind' })
  @Requires('consent_text:read')
  @ApiDataArray(ConsentText)
  async list(): Promise<{ data: ConsentText[] }> {
    return { data: await this.service.current() };
  }

  @Post()
  @ApiOperation({ summary: 'Publishes the next version of a kind; those before stay as they were signed' })
  @Requires('consent_text:create')
  @Audited(['create consent_text'])
  @ApiData(ConsentText, { status: 201 })
  async publish(@Body() request: PublishConsentTextRequest): Promise<{ data: ConsentText }> {
    return { data: await this.service.publish(request) };
  }
}
