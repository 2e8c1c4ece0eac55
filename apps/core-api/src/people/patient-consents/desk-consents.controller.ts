import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { PatientConsent, RecordPaperConsentRequest, RecordWithdrawalRequest } from '@restartix/contracts';
import { ApiData, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { DeskConsentsService } from './desk-consents.service';

/** Some kinds change the record. */
const EFFECT = { perPatient: ['update patient'], shows: 'patient_consent' } as const;

@Controller('v1/patients/:id/consents')
export class DeskConsentsController {
  constructor(private readonly service: DeskConsentsService) {}

  @Post('on-paper')
  @ApiOperation({
    summary:
      'Records that the patient signed a published text on paper; that a profile is shared only the patient says',
  })
  @Requires('desk_consent:create')
  @Audited(['create patient_consent'], EFFECT)
  @ApiData(PatientConsent, { status: 201 })
  @ApiProblems('conflict')
  async record(
    @Param('id', ParseUuid) id: string,
    @Body() request: RecordPaperConsentRequest,
  ): Promise<{ data: PatientConsent }> {
    return { data: await this.service.record(id, request) };
  }

  @Post(':consent_id/withdraw-at-desk')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Records that the patient said to withdraw it, however it was given; it ends at once',
  })
  @Requires('desk_consent:update')
  @Audited(['update patient_consent'], EFFECT)
  @ApiData(PatientConsent)
  @ApiProblems('conflict')
  async withdraw(
    @Param('id', ParseUuid) id: string,
    @Param('consent_id', ParseUuid) consentId: string,
    @Body() { told_on }: RecordWithdrawalRequest,
  ): Promise<{ data: PatientConsent }> {
    return { data: await this.service.withdraw(id, consentId, told_on) };
  }
}
