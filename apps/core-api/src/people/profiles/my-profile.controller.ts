import { Body, Controller, Get, Patch, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { PersonProfile, UpdateProfileRequest } from '@restartix/contracts';
import { ApiData, ApiProblems } from '@restartix/http';
import { AboutLogin, Requires } from '@restartix/tenancy';
import type { Response } from 'express';
import { entityTag, IfMatch } from '../../platform/entity-tag';
import { ProfilesService } from './profiles.service';

@Controller('v1/me/profile')
@AboutLogin()
export class MyProfileController {
  constructor(private readonly service: ProfilesService) {}

  @Get()
  @ApiOperation({ summary: 'Your portable profile: the same wherever you are a patient' })
  @Requires('patient_person:read')
  @Audited(['view patient_person'], { shows: 'patient_person' })
  @ApiData(PersonProfile)
  @ApiProblems('not_found')
  async read(@Res({ passthrough: true }) response: Response): Promise<{ data: PersonProfile }> {
    return tagged(await this.service.readOwn(), response);
  }

  @Patch()
  @ApiOperation({ summary: 'Changes the given fields; the others stay, and null clears' })
  @Requires('patient_person:update')
  @Audited(['update patient_person'], { shows: 'patient_person' })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag you read: 412 when it has changed since.',
  })
  @ApiData(PersonProfile)
  @ApiProblems('not_found')
  async change(
    @IfMatch() ifVersion: number | null,
    @Body() change: UpdateProfileRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ data: PersonProfile }> {
    return tagged(await this.service.changeOwn(change, ifVersion), response);
  }
}

function tagged(profile: PersonProfile, response: Response): { data: PersonProfile } {
  if (profile.version !== undefined) response.setHeader('ETag', entityTag(profile.version));
  return { data: profile };
}
