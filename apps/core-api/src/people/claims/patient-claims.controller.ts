import { Controller, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { PatientClaim } from '@restartix/contracts';
import { ApiData, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ClaimsService } from './claims.service';

@Controller('v1/patients/:id/claims')
export class PatientClaimsController {
  constructor(private readonly service: ClaimsService) {}

  @Post()
  @ApiOperation({
    summary: 'Sends the patient a code by which the record becomes theirs; the one before is void',
  })
  @Requires('patient_claim:create')
  @Audited(['create message', 'create patient_claim'], { perPatient: ['update patient_claim'] })
  @ApiData(PatientClaim, { status: 201 })
  @ApiProblems('claim_taken', 'conflict')
  async issue(@Param('id', ParseUuid) id: string): Promise<{ data: PatientClaim }> {
    return { data: await this.service.issue(id) };
  }
}
