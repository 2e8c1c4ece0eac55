import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsEmail,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { CreatePatientRequest } from '../people/patient.dto';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';
import { APPOINTMENT_MODES, type AppointmentMode } from './appointment-type.dto';

/** The states of an appointment (decision R19). */
export const APPOINTMENT_STATUSES = [
  ...([
    'booked',
    'upcoming',
    'confirmed',
    'checked_in',
    'inprogress',
    'done',
    'cancelled',
    'noshow',
  ] as const),
] as const;
export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

export const CANCELLATION_REASONS = [
  ...(['patient_request', 'specialist_unavailable', 'clinic_closed', 'duplicate', 'other'] as const),
] as const;

export const BOOKING_WAYS = ['public', 'staff', 'patient', 'waitlist'] as const;

export const APPOINTMENT_SORTS = ['starts_at', '-starts_at'] as const;
const E164 = /^\+[1-9]\d{6,14}$/;

/** How to reach somebody who has no record yet. */
export class BookingContact {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiProperty({ format: 'email', maxLength: 254 }) @IsEmail() @MaxLength(254) email: string;

  @ApiPropertyOptional({ type: String, nullable: true, pattern: E164.source, example: '+40721234567' })
  @IsOptional()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +40721234567' })
  phone?: string | null;
}

/** Query of GET /v1/appointments. */
export class AppointmentListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: APPOINTMENT_SORTS, default: 'starts_at' })
  @MayBeAbsent()
  @IsIn(APPOINTMENT_SORTS)
  sort: (typeof APPOINTMENT_SORTS)[number] = 'starts_at';

  @ApiPropertyOptional({
    type: String,
    description: 'One or more, separated by commas.',
    example: 'upcoming,confirmed',
  })
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsArray()
  @IsIn(APPOINTMENT_STATUSES, { each: true })
  status?: AppointmentStatus[];

  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() specialist_id?: string;
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;

  @ApiPropertyOptional({ format: 'date-time', name: 'starts_at.gte' })
  @MayBeAbsent()
  @IsDateTime()
  'starts_at.gte'?: string;

  @ApiPropertyOptional({ format: 'date-time', name: 'starts_at.lte' })
  @MayBeAbsent()
  @IsDateTime()
  'starts_at.lte'?: string;
}

/**
 * Body of POST /v1/appointments. Patients book themselves, at free times only; staff books a patient or a stranger's
 * contact, at any time that is not taken.
 */
export class CreateAppointmentRequest {
  @ApiProperty({ format: 'uuid' }) @IsUUID() appointment_type_id: string;
  @ApiProperty({ format: 'date-time' }) @IsDateTime() starts_at: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The first who could, when absent.' })
  @MayBeAbsent()
  @IsUUID()
  specialist_id?: string;

  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;

  @ApiPropertyOptional({ type: BookingContact })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => BookingContact)
  contact?: BookingContact;

  @ApiPropertyOptional({ maxLength: 1000, description: 'Why the patient comes; not shown to the desk.' })
  @MayBeAbsent()
  @IsPlainText()
  @MaxLength(1000)
  reason?: string;
}

/** Body of POST /v1/appointments/{id}/onboard: a record that exists, or one that is made in the same unit. */
export class OnboardAppointmentRequest {
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;

  @ApiPropertyOptional({ type: CreatePatientRequest })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => CreatePatientRequest)
  patient?: CreatePatientRequest;
}

/** Body of PUT /v1/appointments/{id}/status. */
export class ChangeStatusRequest {
  @ApiProperty({ enum: ['confirmed', 'checked_in', 'inprogress', 'done', 'noshow'] })
  @IsIn(['confirmed', 'checked_in', 'inprogress', 'done', 'noshow'])
  status: AppointmentStatus;
}

/** Body of PUT /v1/appointments/{id}/reschedule. */
export class RescheduleRequest {
  @ApiProperty({ format: 'date-time' }) @IsDateTime() starts_at: string;
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() specialist_id?: string;
}

/** Body of PUT /v1/appointments/{id}/cancel. */
export class CancelAppointmentRequest {
  @ApiProperty({ enum: CANCELLATION_REASONS })
  @IsIn(CANCELLATION_REASONS)
  reason: (typeof CANCELLATION_REASONS)[number];
  @ApiPropertyOptional({ maxLength: 1000 }) @MayBeAbsent() @IsPlainText() @MaxLength(1000) note?: string;
}

/** Body of POST /v1/appointments/{id}/rating. */
export class RateAppointmentRequest {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5 }) @IsInt() @Min(1) @Max(5) rating: number;
  @ApiPropertyOptional({ maxLength: 1000 }) @MayBeAbsent() @IsPlainText() @MaxLength(1000) comment?: string;
}

/** A time somebody has with a specialist. */
export class Appointment {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: 'integer' }) version: number;
  @ApiProperty({ enum: APPOINTMENT_STATUSES }) status: AppointmentStatus;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) appointment_type_id: string | null;
  @ApiProperty({ format: 'uuid' }) specialist_id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) clinic_id: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) patient_id: string | null;
  @ApiProperty({ enum: APPOINTMENT_MODES }) mode: AppointmentMode;
  @ApiProperty({ format: 'date-time' }) starts_at: string;
  @ApiProperty({ format: 'date-time' }) ends_at: string;
  @ApiProperty({ enum: BOOKING_WAYS }) booked_via: (typeof BOOKING_WAYS)[number];
  @ApiProperty({ type: BookingContact, nullable: true }) contact: BookingContact | null;
  @ApiPropertyOptional({ type: String, nullable: true }) reason?: string | null;
  @ApiProperty({ type: String, nullable: true }) cancellation_reason: string | null;
  @ApiProperty({ type: String, nullable: true }) cancellation_note: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) rating: number | null;
  @ApiProperty({ type: String, nullable: true }) rating_comment: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}

/** One step of an appointment's history. A step that changes the time only keeps the status. */
export class AppointmentTransition {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: APPOINTMENT_STATUSES, nullable: true }) from_status: AppointmentStatus | null;
  @ApiProperty({ enum: APPOINTMENT_STATUSES }) to_status: AppointmentStatus;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) from_starts_at: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) to_starts_at: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) by_user: string | null;
  @ApiProperty() by_role: string;
  @ApiProperty({ format: 'date-time' }) at: string;
}
