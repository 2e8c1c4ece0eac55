import { ApiProperty } from '@nestjs/swagger';
import { IsDateString, IsFQDN, Matches, MaxLength } from 'class-validator';
import type { MessageChannel } from '../messaging/message';

/** Twelve letters and digits, in whatever case, with hyphens and spaces between them. */
const CODE = /^[ -]*(?:[0-9A-Za-z][ -]*){12}$/;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A code that was sent; it is in no answer. */
export class PatientClaim {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: ['email', 'sms'], description: 'Which contact of the record it was sent to.' })
  channel: Extract<MessageChannel, 'email' | 'sms'>;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
}

/** Body of POST /v1/me/claims: the code as it was sent, at the portal of the organization that sent it. */
export class RedeemClaimRequest {
  @ApiProperty({ format: 'hostname', maxLength: 253, example: 'carpathia.portal.restartix.app' })
  @MaxLength(253)
  @IsFQDN({ allow_underscores: false })
  host: string;

  @ApiProperty({ pattern: CODE.source, maxLength: 40, example: '7K2M-9QXA-41TB' })
  @MaxLength(40)
  @Matches(CODE, { message: 'must be the twelve letters and digits that were sent' })
  code: string;

  @ApiProperty({ format: 'date', description: 'Must be the one in the record, where the record has one.' })
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  date_of_birth: string;
}

/** The record that is yours now. */
export class RedeemedClaim {
  @ApiProperty({ type: 'integer' }) organization_id: number;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
}
