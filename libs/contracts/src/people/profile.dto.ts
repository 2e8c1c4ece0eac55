import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, Matches, MaxLength, MinLength } from 'class-validator';
import { IsPlainText } from '../platform/plain-text';

export const SEXES = ['female', 'male', 'other', 'unknown'] as const;
export type Sex = (typeof SEXES)[number];

export const BLOOD_TYPES = ['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-'] as const;
export type BloodType = (typeof BLOOD_TYPES)[number];

const E164 = /^\+[1-9]\d{6,14}$/;

/** What a person says of themselves, whatever clinic they go to. Null is "not stated"; an empty list is "none". */
export class ProfileFields {
  @ApiPropertyOptional({ type: String, enum: SEXES, nullable: true })
  @IsOptional()
  @IsIn(SEXES)
  sex?: Sex | null;

  @ApiPropertyOptional({ type: String, enum: BLOOD_TYPES, nullable: true })
  @IsOptional()
  @IsIn(BLOOD_TYPES)
  blood_type?: BloodType | null;

  @ApiPropertyOptional({ type: [String], nullable: true, maxItems: 50, example: ['penicillin'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsPlainText({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(200, { each: true })
  allergies?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, maxItems: 50, example: ['asthma'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsPlainText({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(200, { each: true })
  chronic_conditions?: string[] | null;

  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  occupation?: string | null;

  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  residence?: string | null;

  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  emergency_contact_name?: string | null;

  @ApiPropertyOptional({ type: String, pattern: E164.source, nullable: true, example: '+40721234567' })
  @IsOptional()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +40721234567' })
  emergency_contact_phone?: string | null;
}

/** Body of PATCH /v1/me/profile; at least one field. With If-Match it is made only to the version that was read. */
export class UpdateProfileRequest extends ProfileFields {}

/**
 * A person as their record in the organization and their portable profile tell it. Where the profile was not shared with
 * the organization, only who it is: every other field is absent.
 */
export class PersonProfile extends ProfileFields {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null until there is a login.' })
  user_id: string | null;
  @ApiProperty({ description: 'As the organization knows it.' }) first_name: string;
  @ApiProperty({ description: 'As the organization knows it.' }) last_name: string;
  @ApiPropertyOptional({ type: 'integer', description: 'Goes up with every change of the profile.' })
  version?: number;
  @ApiPropertyOptional({ format: 'date-time' }) updated_at?: string;
}
