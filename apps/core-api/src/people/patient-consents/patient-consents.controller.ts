import { Body, Controller, Get, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { PatientConsent, SignConsentRequest } from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid, RateLimited } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ConsentDocumentsService } from './consent-documents.service';
import { PatientConsentsService } from './patient-consents.service';

/** Some kinds change the record. */
const EFFECT = { perPatient: ['update patient'], shows: 'patient_consent' } as const;

@Controller('v1/patients/:id/consents')
export class PatientConsentsController {
  constructor(
    private readonly service: PatientConsentsService,
    private readonly documents: ConsentDocumentsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What the patient agreed to, newest first' })
  @Requires('patient_consent:read')
  @Audited(['search patient_consent'], { each: true, shows: 'patient_consent' })
  @ApiDataArray(PatientConsent)
  async list(@Param('id', ParseUuid) id: string): Promise<{ data: PatientConsent[] }> {
    return { data: await this.service.list(id) };
  }

  @Get(':consent_id/pdf')
  @ApiOperation({ summary: 'The text that was signed, and who, when and how, as a document' })
  @Requires('patient_consent:read')
  @Audited(['export patient_consent'])
  @RateLimited('export')
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string' } })
  async pdf(
    @Param('id', ParseUuid) id: string,
    @Param('consent_id', ParseUuid) consentId: string,
  ): Promise<StreamableFile> {
    const bytes = await this.documents.pdf(id, consentId);
    return new StreamableFile(bytes, {
      ...{ type: 'application/pdf', length: bytes.length, disposition: 'attachment; filename="consent.pdf"' },
    });
  }

  @Post()
  @ApiOperation({ summary: 'Signs the current text of a kind; only the patient does' })
  @Requires('patient_consent:create')
  @Audited(['create patient_consent'], EFFECT)
  @ApiData(PatientConsent, { status: 201 })
  @ApiProblems('conflict')
  async sign(
    @Param('id', ParseUuid) id: string,
    @Body() { consent_text_id }: SignConsentRequest,
  ): Promise<{ data: PatientConsent }> {
    return { data: await this.service.sign(id, consent_text_id) };
  }

  @Post(':consent_id/withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: 'Withdraws a consent from now on; that it was given stays on record' })
  @Requires('patient_consent:update')
  @Audited(['update patient_consent'], EFFECT)
  @ApiData(PatientConsent)
  @ApiProblems('conflict')
  async withdraw(
    @Param('id', ParseUuid) id: string,
    @Param('consent_id', ParseUuid) consentId: string,
  ): Promise<{ data: PatientConsent }> {
    return { data: await this.service.withdraw(id, consentId) };
  }
}
