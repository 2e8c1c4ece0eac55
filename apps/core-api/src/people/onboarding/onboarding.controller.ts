import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { Onboarded, OnboardRequest } from '@restartix/contracts';
import { ApiData, ApiProblems } from '@restartix/http';
import { Authenticated } from '@restartix/tenancy';
import { OnboardingService } from './onboarding.service';

@Controller('v1/portal/onboard')
export class OnboardingController {
  constructor(private readonly service: OnboardingService) {}

  @Post()
  @ApiOperation({ summary: 'Makes you a patient of the organization whose portal this is' })
  @Authenticated()
  @Audited(['create membership', 'create patient'], {
    perPatient: ['create patient_person', 'create patient_consent', 'update patient'],
  })
  @ApiData(Onboarded, { status: 201 })
  @ApiProblems('conflict', 'not_found')
  async onboard(@Body() request: OnboardRequest): Promise<{ data: Onboarded }> {
    return { data: await this.service.onboard(request) };
  }
}
