import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDateString,
  IsEmail,
  IsIn,
  IsOptional,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';
import { IsTimeZoneName } from '../platform/time-zone';
import { IsDeaNumber, IsNpi } from './registers';

export const SPECIALIST_SORTS = ['created_at', '-created_at', 'title', '-title'] as const;

/** Professional degrees and licences after a name. */
export const CREDENTIALS = [
  ...([
    'MD',
    'DO',
    'NP',
    'PA',
    'PT',
    'DPT',
    'PTA',
    'OT',
    'OTR',
    'RN',
    'PhD',
    'PsyD',
    'LCSW',
    'DC',
    'AT',
  ] as const),
  ...(['Physiotherapist', 'Manual therapist', 'Kinetotherapist', 'Rehabilitation physician'] as const),
] as const;
export type Credential = (typeof CREDENTIALS)[number];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Query of GET /v1/specialists. */
export class SpecialistListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SPECIALIST_SORTS, default: 'created_at' })
  @MayBeAbsent()
  @IsIn(SPECIALIST_SORTS)
  sort: (typeof SPECIALIST_SORTS)[number] = 'created_at';

  @ApiPropertyOptional({ description: 'Only those who are, or are not, open for scheduling.' })
  @MayBeAbsent()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  scheduling_active?: boolean;

  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() specialty_id?: string;
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() clinic_id?: string;
}

/** Where a specialist works. */
export class SpecialistClinic {
  @ApiProperty({ format: 'uuid' }) @IsUUID() clinic_id: string;
  @ApiPropertyOptional({ default: false, description: 'At most one is.' })
  @MayBeAbsent()
  @IsBoolean()
  is_primary?: boolean;
}

/** A licence to practise in a country, or in one of its states. */
export class Licence {
  @ApiProperty({ pattern: '^[A-Z]{2}$', example: 'US' })
  @Matches(/^[A-Z]{2}$/, { message: 'must be a country code of two letters' })
  country: string;

  @ApiPropertyOptional({
    pattern: '^[A-Z0-9]{1,3}$',
    example: 'CA',
    description: 'Absent: the whole country.',
  })
  @MayBeAbsent()
  @Matches(/^[A-Z0-9]{1,3}$/, { message: 'must be the code of a state' })
  state?: string;

  @ApiProperty({ minLength: 1, maxLength: 64 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(64)
  number: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'CMR' })
  @IsOptional()
  @IsPlainText()
  @MaxLength(100)
  issuing_body?: string | null;

  @ApiPropertyOptional({ type: String, format: 'date', nullable: true })
  @IsOptional()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  issued_on?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    nullable: true,
    description: 'Last day on which it is valid.',
  })
  @IsOptional()
  @Matches(DAY, { message: 'must be a day as YYYY-MM-DD' })
  @IsDateString({ strict: true })
  expires_on?: string | null;
}

/** What a specialist can be given. Sending null clears an optional field; a list replaces the one there is. */
export class SpecialistFields {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(100)
  title?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(2000)
  bio?: string | null;

  @ApiPropertyOptional({ type: String, format: 'email', maxLength: 254, nullable: true })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string | null;

  @ApiPropertyOptional({ type: String, pattern: E164.source, nullable: true, example: '+40721234567' })
  @IsOptional()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +40721234567' })
  phone?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, pattern: '^[12]\\d{9}$', example: '1234567893' })
  @IsOptional()
  @IsNpi()
  npi?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: '^[A-Za-z][A-Za-z9]\\d{7}$',
    example: 'AB1234563',
  })
  @IsOptional()
  @IsDeaNumber()
  dea_number?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: '^\\d{7,9}$',
    description: 'Norwegian HPR number.',
  })
  @IsOptional()
  @Matches(/^\d{7,9}$/, { message: 'must be an HPR number of seven to nine digits' })
  hpr_number?: string | null;

  @ApiPropertyOptional({ enum: CREDENTIALS, isArray: true, maxItems: 10 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsIn(CREDENTIALS, { each: true })
  credentials?: Credential[];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 64,
    description: 'IANA name; null: not bookable.',
  })
  @IsOptional()
  @IsTimeZoneName()
  scheduling_timezone?: string | null;

  @ApiPropertyOptional() @MayBeAbsent() @IsBoolean() scheduling_active?: boolean;
  @ApiPropertyOptional({ default: true }) @MayBeAbsent() @IsBoolean() is_active?: boolean;
  @ApiPropertyOptional({ default: true }) @MayBeAbsent() @IsBoolean() accepting_new_patients?: boolean;

  @ApiPropertyOptional({ type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: 20 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  specialty_ids?: string[];

  @ApiPropertyOptional({ type: SpecialistClinic, isArray: true, maxItems: 50 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SpecialistClinic)
  clinics?: SpecialistClinic[];

  @ApiPropertyOptional({ type: Licence, isArray: true, maxItems: 60 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(60)
  @ValidateNested({ each: true })
  @Type(() => Licence)
  licences?: Licence[];
}

/** Body of POST /v1/specialists. */
export class CreateSpecialistRequest extends SpecialistFields {}

/** Body of PATCH /v1/specialists/{id}; at least one field. */
export class UpdateSpecialistRequest extends PartialType(SpecialistFields, { skipNullProperties: false }) {}

/** A practitioner of the caller's organization. */
export class Specialist {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) user_id: string | null;
  @ApiProperty() name: string;
  @ApiProperty({ type: String, nullable: true }) title: string | null;
  @ApiProperty({ type: String, nullable: true }) bio: string | null;
  @ApiProperty({ type: String, isArray: true }) credentials: string[];
  @ApiProperty({ type: 'array', items: { type: 'string', format: 'uuid' } }) specialty_ids: string[];
  @ApiProperty({ type: String, nullable: true, description: 'IANA name; null means no scheduling profile.' })
  scheduling_timezone: string | null;
  @ApiProperty() scheduling_active: boolean;
  @ApiProperty() is_active: boolean;
  @ApiProperty() accepting_new_patients: boolean;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}

/** The same with what registers and staff know. Patients see neither contact data, numbers nor licences. */
export class SpecialistProfile extends Specialist {
  @ApiPropertyOptional({ type: String, nullable: true }) email?: string | null;
  @ApiPropertyOptional({ type: String, nullable: true }) phone?: string | null;
  @ApiPropertyOptional({ type: String, nullable: true }) npi?: string | null;
  @ApiPropertyOptional({ type: String, nullable: true }) dea_number?: string | null;
  @ApiPropertyOptional({ type: String, nullable: true }) hpr_number?: string | null;
  @ApiProperty({ type: SpecialistClinic, isArray: true }) clinics: SpecialistClinic[];
  @ApiPropertyOptional({ type: Licence, isArray: true }) licences?: Licence[];
}
