import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsFQDN, IsUUID, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { CreatePatientRequest } from './patient.dto';

/** What a person says of themselves; what only staff gives, or only a consent, is not among it. */
class OwnFields extends OmitType(CreatePatientRequest, ['external_ehr_id', 'recording_consent'] as const) {}

/** Body of POST /v1/portal/onboard: who signs up, where, and what they agree to. */
export class OnboardRequest extends OwnFields {
  @ApiProperty({ format: 'hostname', maxLength: 253, example: 'carpathia.portal.restartix.app' })
  @MaxLength(253)
  @IsFQDN({ allow_underscores: false })
  host: string;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: 20,
    description: 'Current texts of the organization that are signed with it.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  consent_text_ids?: string[];
}

/** Where somebody is a patient now. */
export class Onboarded {
  @ApiProperty({ type: 'integer' }) organization_id: number;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
}
