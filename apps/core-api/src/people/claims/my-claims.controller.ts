import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { RedeemClaimRequest, RedeemedClaim } from '@restartix/contracts';
import { ApiData, ApiProblems, RateLimited } from '@restartix/http';
import { AboutLogin, Authenticated } from '@restartix/tenancy';
import { RedemptionsService } from './redemptions.service';

@Controller('v1/me/claims')
@AboutLogin()
export class MyClaimsController {
  constructor(private readonly service: RedemptionsService) {}

  @Post()
  @ApiOperation({ summary: 'Makes the record a code was sent for yours' })
  @Authenticated()
  @RateLimited('step_up')
  @Audited(['create membership', 'update patient', 'update patient_claim'], {
    perPatient: ['update patient_person', 'delete patient_person'],
  })
  @ApiData(RedeemedClaim, { status: 201 })
  @ApiProblems('not_found', 'claim_invalid', 'claim_locked', 'claim_used', 'claim_expired')
  @ApiProblems('claim_taken', 'claim_other_record', 'conflict')
  async redeem(@Body() request: RedeemClaimRequest): Promise<{ data: RedeemedClaim }> {
    return { data: await this.service.redeem(request) };
  }
}
