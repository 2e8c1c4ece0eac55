import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsObject,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { IsPlainText } from '../platform/plain-text';
import { BookingContact } from './appointment.dto';

/** Type, start in milliseconds, specialist, and what nobody can guess. */
export const HOLD_ID = /^[0-9a-f-]{36}\.\d{12,14}\.[0-9a-f-]{36}\.[\w-]{22}$/;

/** Body of POST /v1/holds: claims a time for half a minute. `client_id` is made up by the client, once per visit. */
export class ClaimHoldRequest {
  @ApiProperty({ format: 'uuid' }) @IsUUID() appointment_type_id: string;
  @ApiProperty({ format: 'date-time' }) @IsDateTime() starts_at: string;
  @ApiProperty({ format: 'uuid' }) @IsUUID() client_id: string;
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() specialist_id?: string;
}

/** Body of PATCH /v1/holds and of POST /v1/holds/check. */
export class HoldsRequest {
  @ApiProperty({ format: 'uuid' }) @IsUUID() client_id: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', pattern: HOLD_ID.source },
    minItems: 1,
    maxItems: 10,
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @Matches(HOLD_ID, { each: true, message: 'must be ids of holds' })
  hold_ids: string[];
}

/** Query of GET /v1/holds and body of POST /v1/holds/release-all: whose holds of which type. */
export class ClientHoldsQuery {
  @ApiProperty({ format: 'uuid' }) @IsUUID() appointment_type_id: string;
  @ApiProperty({ format: 'uuid' }) @IsUUID() client_id: string;
}

/** Query of GET /v1/holds/stream. */
export class HoldStreamQuery {
  @ApiProperty({ format: 'uuid' }) @IsUUID() appointment_type_id: string;
}

/** Body of POST /v1/appointment-types/{id}/book. */
export class PublicBookingRequest {
  @ApiProperty({ pattern: HOLD_ID.source })
  @Matches(HOLD_ID, { message: 'must be the id of a hold' })
  hold_id: string;
  @ApiProperty({ format: 'uuid' }) @IsUUID() client_id: string;

  @ApiProperty({ type: BookingContact })
  @IsObject()
  @ValidateNested()
  @Type(() => BookingContact)
  contact: BookingContact;

  @ApiPropertyOptional({ maxLength: 1000 }) @MayBeAbsent() @IsPlainText() @MaxLength(1000) reason?: string;
}

/** A time that is held. */
export class Hold {
  @ApiProperty() id: string;
  @ApiProperty({ format: 'date-time' }) starts_at: string;
  @ApiProperty({ format: 'uuid' }) specialist_id: string;
  @ApiProperty({ format: 'date-time', description: 'Unless a heartbeat comes before.' }) expires_at: string;
}

/** Whether a hold is still the client's. */
export class HoldState {
  @ApiProperty() id: string;
  @ApiProperty() is_held: boolean;
}

/** What a stranger is told of a booking. */
export class PublicBooking {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: ['booked'] }) status: 'booked';
  @ApiProperty({ format: 'date-time' }) starts_at: string;
  @ApiProperty({ format: 'uuid' }) specialist_id: string;
}

export const HOLD_EVENTS = ['hold', 'heartbeat', 'confirm', 'release', 'expiry'] as const;
export type HoldEventType = (typeof HOLD_EVENTS)[number];
