import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { AnalyticsConsent, ChangeAnalyticsConsentRequest } from '@restartix/contracts';
import { ApiData } from '@restartix/http';
import { Member } from '@restartix/tenancy';
import { ConsentsService } from './consents.service';

@Controller('v1/me/analytics-consent')
export class ConsentsController {
  constructor(private readonly service: ConsentsService) {}

  @Get()
  @ApiOperation({ summary: 'What you let your organization collect about your use of the app' })
  @Member()
  @ApiData(AnalyticsConsent)
  async read(): Promise<{ data: AnalyticsConsent }> {
    return { data: await this.service.ownAnalytics() };
  }

  @Put()
  @ApiOperation({
    summary:
      'Changes it. A lower level also removes what the higher one collected; the answer holds the receipt',
  })
  @Member()
  @Audited(['create consent'])
  @ApiData(AnalyticsConsent)
  async change(@Body() request: ChangeAnalyticsConsentRequest): Promise<{ data: AnalyticsConsent }> {
    return { data: await this.service.changeOwnAnalytics(request) };
  }
}
