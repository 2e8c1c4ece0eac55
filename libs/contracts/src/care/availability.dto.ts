import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { APPOINTMENT_MODES, type AppointmentMode } from './appointment-type.dto';

/** Query of free times: a range of starts, at most 92 days. */
export class TimeslotsQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Now when absent.' })
  @MayBeAbsent()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: '14 days after `from` when absent.' })
  @MayBeAbsent()
  @IsDateTime()
  until?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only of this specialist.' })
  @MayBeAbsent()
  @IsUUID()
  specialist_id?: string;
}

/** Query of GET /v1/availability. */
export class AvailabilityQuery extends TimeslotsQuery {
  @ApiProperty({ format: 'uuid' }) @IsUUID() appointment_type_id: string;
}

/** A time that can be booked, and with whom it would be. */
export class Timeslot {
  @ApiProperty({ format: 'date-time' }) starts_at: string;
  @ApiProperty({ format: 'date-time' }) ends_at: string;
  @ApiProperty({ format: 'uuid' }) specialist_id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) clinic_id: string | null;
}

export class PublicSpecialist {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: String, nullable: true }) title: string | null;
}

export class PublicClinic {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: String, nullable: true }) address: string | null;
  @ApiProperty({ type: String, nullable: true }) city: string | null;
  @ApiProperty() timezone: string;
}

/** What a stranger may know of a published type. */
export class PublicAppointmentType {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() title: string;
  @ApiProperty({ type: String, nullable: true }) description: string | null;
  @ApiProperty({ enum: APPOINTMENT_MODES }) mode: AppointmentMode;
  @ApiProperty({ type: 'integer' }) duration_minutes: number;
  @ApiProperty({ type: PublicSpecialist, isArray: true }) specialists: PublicSpecialist[];
  @ApiProperty({ type: PublicClinic, isArray: true }) clinics: PublicClinic[];
}

/** A type strangers may book, before one is chosen. */
export class PublishedType {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() title: string;
  @ApiProperty({ type: String, nullable: true }) description: string | null;
  @ApiProperty({ enum: APPOINTMENT_MODES }) mode: AppointmentMode;
  @ApiProperty({ type: 'integer' }) duration_minutes: number;
}
