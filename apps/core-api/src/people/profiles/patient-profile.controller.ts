import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import { PersonProfile } from '@restartix/contracts';
import { ApiData, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ProfilesService } from './profiles.service';

@Controller('v1/patients/:id/profile')
export class PatientProfileController {
  constructor(private readonly service: ProfilesService) {}

  @Get()
  @ApiOperation({
    summary: 'The person behind a record: who it is, and the portable profile while it is shared with you',
  })
  @Requires('patient_person:read')
  @Audited(['view patient_person'], { shows: 'patient_person' })
  @ApiData(PersonProfile)
  async read(@Param('id', ParseUuid) id: string): Promise<{ data: PersonProfile }> {
    return { data: await this.service.read(id) };
  }
}
