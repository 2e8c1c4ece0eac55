import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsObject,
  IsOptional,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';
import { FromFlag } from '../platform/query-flag';
import { IsTimeZoneName } from '../platform/time-zone';

const CLOCK = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const CALENDAR = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

/** Opening hours of one weekday, on the clinic's wall clock; an end at or before the start is on the next day. */
export class DayHours {
  @ApiProperty({ pattern: CLOCK.source, example: '09:00' })
  @Matches(CLOCK, { message: 'must be a time of day, such as 09:00' })
  start: string;

  @ApiProperty({ pattern: CLOCK.source, example: '17:00' })
  @Matches(CLOCK, { message: 'must be a time of day, such as 17:00' })
  end: string;
}

function Day(): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ type: DayHours })(target, property);
    MayBeAbsent()(target, property);
    IsObject()(target, property as string);
    ValidateNested()(target, property as string);
    Type(() => DayHours)(target, property);
  };
}

/** Opening hours by weekday; an absent day is closed, none at all says nothing. */
export class BusinessHours {
  @Day() mon?: DayHours;
  @Day() tue?: DayHours;
  @Day() wed?: DayHours;
  @Day() thu?: DayHours;
  @Day() fri?: DayHours;
  @Day() sat?: DayHours;
  @Day() sun?: DayHours;
}

/** Query of GET /v1/clinics. */
export class ClinicListQuery extends PageQuery {
  @ApiPropertyOptional() @MayBeAbsent() @FromFlag() @IsBoolean() is_active?: boolean;
}

/** What a clinic can be given. Sending null clears an optional field. */
export class ClinicFields {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 200 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  address?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(100)
  city?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(100)
  state?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 20 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(20)
  zip?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 40 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(40)
  phone?: string | null;

  @ApiPropertyOptional({ maxLength: 40, default: 'epic' })
  @MayBeAbsent()
  @IsPlainText()
  @MinLength(1)
  @MaxLength(40)
  ehr_system?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 64 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(64)
  redox_destination_id?: string | null;

  @ApiPropertyOptional({ maxLength: 64, default: 'America/New_York', description: 'IANA name.' })
  @MayBeAbsent()
  @IsTimeZoneName()
  timezone?: string;

  @ApiPropertyOptional({ type: BusinessHours })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => BusinessHours)
  business_hours?: BusinessHours;

  @ApiPropertyOptional({
    ...{ type: String, nullable: true, pattern: CALENDAR.source, example: 'US-CA' },
    description: 'Country or region whose public holidays close it.',
  })
  @IsOptional()
  @Matches(CALENDAR, { message: 'must be a country or region code, such as RO or US-CA' })
  holiday_calendar?: string | null;

  @ApiPropertyOptional({ default: true }) @MayBeAbsent() @IsBoolean() is_active?: boolean;
}

/** Body of POST /v1/clinics. */
export class CreateClinicRequest extends ClinicFields {}

/** Body of PATCH /v1/clinics/{id}; at least one field. */
export class UpdateClinicRequest extends PartialType(ClinicFields, { skipNullProperties: false }) {}

/** A location of an organization. */
export class Clinic {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: String, nullable: true }) address: string | null;
  @ApiProperty({ type: String, nullable: true }) city: string | null;
  @ApiProperty({ type: String, nullable: true }) state: string | null;
  @ApiProperty({ type: String, nullable: true }) zip: string | null;
  @ApiProperty({ type: String, nullable: true }) phone: string | null;
  @ApiProperty() ehr_system: string;
  @ApiProperty({ type: String, nullable: true }) redox_destination_id: string | null;
  @ApiProperty() timezone: string;
  @ApiProperty({ type: BusinessHours }) business_hours: BusinessHours;
  @ApiProperty({ type: String, nullable: true }) holiday_calendar: string | null;
  @ApiProperty() is_active: boolean;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
