import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDateString,
  IsEmail,
  IsIn,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery, Paging } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';

export const PATIENT_SORTS = ['created_at', '-created_at', 'updated_at', '-updated_at'] as const;
const E164 = /^\+[1-9]\d{6,14}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Query of GET /v1/patients. Names are encrypted, so a list is never sorted or filtered by name. */
export class PatientListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: PATIENT_SORTS, default: '-created_at' })
  @MayBeAbsent()
  @IsIn(PATIENT_SORTS)
  sort: (typeof PATIENT_SORTS)[number] = '-created_at';

  @ApiPropertyOptional({ format: 'uuid', description: 'Only patients in the care of this specialist.' })
  @MayBeAbsent()
  @IsUUID()
  specialist_id?: string;

  @ApiPropertyOptional({ format: 'date-time', name: 'created_at.gte' })
  @MayBeAbsent()
  @IsDateTime()
  'created_at.gte'?: string;

  @ApiPropertyOptional({ format: 'date-time', name: 'created_at.lte' })
  @MayBeAbsent()
  @IsDateTime()
  'created_at.lte'?: string;
}

/** Postal address; every line is stored encrypted. */
export class Address {
  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  line1?: string | null;
  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  line2?: string | null;
  @ApiPropertyOptional({ type: String, maxLength: 100, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(100)
  city?: string | null;
  @ApiPropertyOptional({ type: String, maxLength: 100, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(100)
  state?: string | null;
  @ApiPropertyOptional({ type: String, maxLength: 20, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(20)
  zip?: string | null;
}

/**
 * Insurance as it was stated with the record, until the patient's first coverage is entered; from then on the coverage
 * that pays first today, and not to be changed here.
 */
export class Insurance {
  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  provider?: string | null;
  @ApiPropertyOptional({ type: String, maxLength: 64, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(64)
  member_id?: string | null;
  @ApiPropertyOptional({ type: String, maxLength: 64, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(64)
  group_number?: string | null;
}

/** What a patient's record in one organization can be given. Sending null clears an optional field. */
export class PatientFields {
  @ApiProperty({ minLength: 1, maxLength: 100 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(100)
  first_name: string;

  @ApiProperty({ minLength: 1, maxLength: 100 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(100)
  last_name: string;

  @ApiPropertyOptional({ type: String, format: 'date', nullable: true })
  @IsOptional()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  date_of_birth?: string | null;

  @ApiPropertyOptional({ type: String, format: 'email', maxLength: 254, nullable: true })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string | null;

  @ApiPropertyOptional({ type: String, pattern: E164.source, nullable: true, example: '+40721234567' })
  @IsOptional()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +40721234567' })
  phone?: string | null;

  @ApiPropertyOptional({
    type: String,
    maxLength: 64,
    nullable: true,
    description: 'Medical record number of the clinic’s EHR.',
  })
  @IsOptional()
  @IsPlainText()
  @MaxLength(64)
  external_ehr_id?: string | null;

  @ApiPropertyOptional({ type: Address })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => Address)
  address?: Address;

  @ApiPropertyOptional({ type: Insurance })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => Insurance)
  insurance?: Insurance;

  @ApiPropertyOptional() @MayBeAbsent() @IsBoolean() recording_consent?: boolean;
}

/** Body of POST /v1/patients. A new person is created with the record; a person id is never taken from a client. */
export class CreatePatientRequest extends PatientFields {}

/** Body of PATCH /v1/patients/{id}; at least one field. With If-Match it is made only to the version that was read. */
export class UpdatePatientRequest extends PartialType(PatientFields, { skipNullProperties: false }) {}

/** Body of POST /v1/patients/search: exact matches on normalised values; all that are given must match. */
export class PatientSearchRequest extends Paging {
  @ApiPropertyOptional({ format: 'email', maxLength: 254 })
  @MayBeAbsent()
  @IsEmail()
  @MaxLength(254)
  email?: string;

  @ApiPropertyOptional({ pattern: E164.source, example: '+40721234567' })
  @MayBeAbsent()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +40721234567' })
  phone?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 64 })
  @MayBeAbsent()
  @IsPlainText()
  @MinLength(1)
  @MaxLength(64)
  external_ehr_id?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @MayBeAbsent()
  @IsPlainText()
  @MinLength(1)
  @MaxLength(100)
  last_name?: string;

  @ApiPropertyOptional({ format: 'date' })
  @MayBeAbsent()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  date_of_birth?: string;
}

/** A patient's record in the caller's organization. Fields the caller's role may not see are absent. */
export class Patient {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() first_name: string;
  @ApiProperty() last_name: string;
  @ApiPropertyOptional({ type: String, format: 'date', nullable: true }) date_of_birth?: string | null;
  @ApiProperty({ type: String, nullable: true }) email: string | null;
  @ApiProperty({ type: String, nullable: true }) phone: string | null;
  @ApiPropertyOptional({ type: String, nullable: true }) external_ehr_id?: string | null;
  @ApiProperty({ type: Address }) address: Address;
  @ApiPropertyOptional({ type: Insurance }) insurance?: Insurance;
  @ApiPropertyOptional() recording_consent?: boolean;
  @ApiProperty() profile_shared: boolean;
  @ApiProperty({ type: 'integer', description: 'The number behind the ETag: goes up with every change.' })
  version: number;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
