import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  ChallengeRequest,
  Confirmed,
  ConfirmRequest,
  Enrolment,
  EnrolRequest,
  SecondFactor,
  StepUpChallenge,
  StepUpProof,
  StepUpRequest,
} from '@restartix/contracts';
import { ApiData, ApiDataArray, ApiProblems, ParseUuid, RateLimited } from '@restartix/http';
import { AboutLogin, Authenticated, RequiresStepUp } from '@restartix/tenancy';
import { ChallengesService } from './challenges.service';
import { SecondFactorsService } from './second-factors.service';
import { StepUpService } from './step-up.service';

@Controller('v1')
@Authenticated()
@AboutLogin()
export class StepUpController {
  constructor(
    private readonly secondFactors: SecondFactorsService,
    private readonly challenges: ChallengesService,
    private readonly stepUp: StepUpService,
  ) {}

  @Get('second-factors')
  @ApiOperation({ summary: 'Your second factors' })
  @ApiDataArray(SecondFactor)
  async list(): Promise<{ data: SecondFactor[] }> {
    return { data: await this.secondFactors.list() };
  }

  @Post('second-factors')
  @ApiOperation({ summary: 'Begins to enrol an authenticator app or a hardware key; shown once' })
  @RateLimited('step_up')
  @Audited(['create second_factor'])
  @ApiData(Enrolment, { status: 201 })
  @ApiProblems('step_up_required')
  async enrol(@Body() request: EnrolRequest): Promise<{ data: Enrolment }> {
    return { data: await this.secondFactors.enrol(request) };
  }

  @Post('second-factors/:id/confirm')
  @ApiOperation({ summary: 'Finishes an enrolment; the first one answers with recovery codes, shown once' })
  @HttpCode(200)
  @RateLimited('step_up')
  @Audited(['update second_factor'])
  @ApiData(Confirmed)
  @ApiProblems('step_up_required', 'second_factor_invalid')
  async confirm(
    @Param('id', ParseUuid) id: string,
    @Body() request: ConfirmRequest,
  ): Promise<{ data: Confirmed }> {
    return { data: await this.secondFactors.confirm(id, request) };
  }

  @Delete('second-factors/:id')
  @ApiOperation({ summary: 'Removes a second factor' })
  @HttpCode(204)
  @RequiresStepUp('second_factors')
  @Audited(['delete second_factor'])
  @ApiNoContentResponse()
  @ApiProblems('step_up_required')
  remove(@Param('id', ParseUuid) id: string): Promise<void> {
    return this.secondFactors.remove(id);
  }

  @Post('step-up')
  @ApiOperation({ summary: 'Asks for a challenge: of your hardware key, or a code to your phone (patients)' })
  @RateLimited('step_up')
  @Audited(['create message'])
  @ApiData(StepUpChallenge, { status: 201 })
  @ApiProblems('forbidden', 'conflict')
  async challenge(@Body() request: ChallengeRequest): Promise<{ data: StepUpChallenge }> {
    return { data: await this.challenges.challenge(request) };
  }

  @Post('step-up/verify')
  @ApiOperation({ summary: 'Shows a second factor; the proof goes into the header Step-Up-Proof' })
  @HttpCode(200)
  @RateLimited('step_up')
  @Audited(['step_up session'])
  @ApiData(StepUpProof)
  @ApiProblems('second_factor_invalid', 'step_up_locked')
  async verify(@Body() request: StepUpRequest): Promise<{ data: StepUpProof }> {
    return { data: await this.stepUp.verify(request) };
  }
}
