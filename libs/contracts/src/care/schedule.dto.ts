import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';

const CLOCK = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** Hours of one weekday, on the wall clock of the clinic, or of the specialist's own zone where none is named. */
export class WeeklyHours {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 7, description: 'ISO: Monday 1 to Sunday 7.' })
  @IsInt()
  @Min(1)
  @Max(7)
  day_of_week: number;

  @ApiProperty({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', example: '09:00' })
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'must be a time of day, such as 09:00' })
  start: string;

  @ApiProperty({
    pattern: CLOCK.source,
    example: '17:00',
    description: 'At or before the start: on the next day.',
  })
  @Matches(CLOCK, { message: 'must be a time of day, such as 17:00' })
  end: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true })
  @IsOptional()
  @IsUUID()
  clinic_id?: string | null;
}

/** Body of PUT /v1/specialists/{id}/schedule: replaces the weekly hours. */
export class PutScheduleRequest {
  @ApiProperty({ type: WeeklyHours, isArray: true, maxItems: 100 })
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => WeeklyHours)
  weekly_hours: WeeklyHours[];
}

/** Body of POST /v1/specialists/{id}/overrides: these hours stand in place of the weekly ones of their days. */
export class AddOverrideRequest {
  @ApiProperty({ format: 'date-time' }) @IsDateTime() starts_at: string;
  @ApiProperty({ format: 'date-time' }) @IsDateTime() ends_at: string;
  @ApiProperty({ description: 'False: away, on the whole of these days.' })
  @IsBoolean()
  is_available: boolean;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true })
  @IsOptional()
  @IsUUID()
  clinic_id?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'Only for this type.' })
  @MayBeAbsent()
  @IsOptional()
  @IsUUID()
  appointment_type_id?: string | null;
}

/** A dated exception. */
export class DateOverride {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'date-time' }) starts_at: string;
  @ApiProperty({ format: 'date-time' }) ends_at: string;
  @ApiProperty() is_available: boolean;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) clinic_id: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) appointment_type_id: string | null;
}

/** When somebody works. */
export class Schedule {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: String, nullable: true }) timezone: string | null;
  @ApiProperty() is_active: boolean;
  @ApiProperty({ type: WeeklyHours, isArray: true }) weekly_hours: WeeklyHours[];
  @ApiProperty({ type: DateOverride, isArray: true, description: 'Those that are not over.' })
  overrides: DateOverride[];
}
