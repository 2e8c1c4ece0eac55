import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';
import { FromFlag } from '../platform/query-flag';

export const APPOINTMENT_MODES = ['in_person', 'video', 'phone'] as const;
export type AppointmentMode = (typeof APPOINTMENT_MODES)[number];

function Minutes(min: number, max: number): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ type: 'integer', minimum: min, maximum: max })(target, property);
    MayBeAbsent()(target, property);
    IsInt()(target, property as string);
    Min(min)(target, property as string);
    Max(max)(target, property as string);
  };
}

/** Who can serve a type; the lowest priority is chosen first. */
export class AppointmentTypeSpecialist {
  @ApiProperty({ format: 'uuid' }) @IsUUID() specialist_id: string;
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 1000, default: 100 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(1000)
  priority?: number;
}

/** Query of GET /v1/appointment-types. */
export class AppointmentTypeListQuery extends PageQuery {
  @ApiPropertyOptional() @MayBeAbsent() @FromFlag() @IsBoolean() is_active?: boolean;
}

export class AppointmentTypeFields {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(200)
  title: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(2000)
  description?: string | null;

  @ApiPropertyOptional({ enum: APPOINTMENT_MODES, default: 'in_person' })
  @MayBeAbsent()
  @IsIn(APPOINTMENT_MODES)
  mode?: AppointmentMode;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: wherever they work.',
  })
  @IsOptional()
  @IsUUID()
  clinic_id?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true })
  @IsOptional()
  @IsUUID()
  specialty_id?: string | null;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 480 })
  @IsInt()
  @Min(5)
  @Max(480)
  duration_minutes: number;

  /** Distance of starts; duration and buffers when absent. */
  @Minutes(5, 480) step_minutes?: number;
  @Minutes(0, 240) buffer_before_minutes?: number;
  @Minutes(0, 240) buffer_after_minutes?: number;
  @Minutes(0, 43200) minimum_notice_minutes?: number;
  @Minutes(1, 366) horizon_days?: number;

  @ApiPropertyOptional({ default: false, description: 'Strangers may see and book it.' })
  @MayBeAbsent()
  @IsBoolean()
  is_published?: boolean;

  @ApiPropertyOptional({ default: true }) @MayBeAbsent() @IsBoolean() is_active?: boolean;

  @ApiPropertyOptional({ type: AppointmentTypeSpecialist, isArray: true, maxItems: 500 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => AppointmentTypeSpecialist)
  specialists?: AppointmentTypeSpecialist[];
}

/** Body of POST /v1/appointment-types. */
export class CreateAppointmentTypeRequest extends AppointmentTypeFields {}

/** Body of PATCH /v1/appointment-types/{id}; at least one field. */
export class UpdateAppointmentTypeRequest extends PartialType(AppointmentTypeFields, {
  skipNullProperties: false,
}) {}

/** Something that can be booked. */
export class AppointmentType {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() title: string;
  @ApiProperty({ type: String, nullable: true }) description: string | null;
  @ApiProperty({ enum: APPOINTMENT_MODES }) mode: AppointmentMode;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) clinic_id: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) specialty_id: string | null;
  @ApiProperty({ type: 'integer' }) duration_minutes: number;
  @ApiProperty({ type: 'integer' }) step_minutes: number;
  @ApiProperty({ type: 'integer' }) buffer_before_minutes: number;
  @ApiProperty({ type: 'integer' }) buffer_after_minutes: number;
  @ApiProperty({ type: 'integer' }) minimum_notice_minutes: number;
  @ApiProperty({ type: 'integer' }) horizon_days: number;
  @ApiProperty() is_published: boolean;
  @ApiProperty() is_active: boolean;
  @ApiProperty({ type: AppointmentTypeSpecialist, isArray: true }) specialists: AppointmentTypeSpecialist[];
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
