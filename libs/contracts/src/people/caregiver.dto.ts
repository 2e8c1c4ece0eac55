import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsEmail, IsIn, IsOptional, Matches, MaxLength, MinLength } from 'class-validator';
import { IsDay } from '../platform/day';
import { MayBeAbsent } from '../platform/may-be-absent';
import { IsPlainText } from '../platform/plain-text';

/** What a caregiver is to the patient. */
export const CAREGIVER_RELATIONSHIPS = [
  ...(['parent', 'child', 'spouse', 'partner', 'sibling'] as const),
  ...(['relative', 'guardian', 'friend', 'other'] as const),
] as const;
export type CaregiverRelationship = (typeof CAREGIVER_RELATIONSHIPS)[number];

const E164 = /^\+[1-9]\d{6,14}$/;

/** Body of POST /v1/patients/{id}/caregivers. Name and contact are stored encrypted. */
export class EnterCaregiverRequest {
  @ApiProperty({ minLength: 1, maxLength: 200 }) @IsPlainText() @MinLength(1) @MaxLength(200) name: string;

  @ApiProperty({ enum: CAREGIVER_RELATIONSHIPS })
  @IsIn(CAREGIVER_RELATIONSHIPS)
  relationship: CaregiverRelationship;

  @ApiPropertyOptional({ type: String, pattern: E164.source, nullable: true, example: '+40721234567' })
  @IsOptional()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +40721234567' })
  phone?: string | null;

  @ApiPropertyOptional({ type: String, format: 'email', maxLength: 254, nullable: true })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string | null;

  @ApiPropertyOptional({ description: 'May decide for the patient. It opens nothing by itself.' })
  @MayBeAbsent()
  @IsBoolean()
  may_act?: boolean;

  @ApiProperty({ format: 'date', description: 'The first day.' }) @IsDay() valid_from: string;

  @ApiPropertyOptional({ type: String, format: 'date', nullable: true, description: 'The last day.' })
  @IsOptional()
  @IsDay()
  valid_until?: string | null;
}

/** Body of PATCH /v1/patients/{id}/caregivers/{caregiver_id}; at least one field. */
export class UpdateCaregiverRequest extends PartialType(EnterCaregiverRequest, {
  skipNullProperties: false,
}) {}

/** Who cares for a patient at home (FHIR RelatedPerson). */
export class Caregiver {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty({ enum: CAREGIVER_RELATIONSHIPS }) relationship: CaregiverRelationship;
  @ApiProperty({ type: String, nullable: true }) phone: string | null;
  @ApiProperty({ type: String, nullable: true }) email: string | null;
  @ApiProperty() may_act: boolean;
  @ApiProperty({ format: 'date' }) valid_from: string;
  @ApiProperty({ type: String, format: 'date', nullable: true }) valid_until: string | null;
  @ApiProperty({ description: 'It was not ended, and today is one of its days.' }) active: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) ended_at: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
