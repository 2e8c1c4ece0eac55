import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';

/** waiting → offered → booked, or waiting again when the offer was declined or ran out; left from either. */
export const WAITLIST_STATUSES = ['waiting', 'offered', 'booked', 'left'] as const;
export type WaitlistStatus = (typeof WAITLIST_STATUSES)[number];

/** Query of GET /v1/waitlist. */
export class WaitlistQuery extends PageQuery {
  @ApiPropertyOptional({ enum: WAITLIST_STATUSES })
  @MayBeAbsent()
  @IsIn(WAITLIST_STATUSES)
  status?: WaitlistStatus;

  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() appointment_type_id?: string;
}

/** Body of POST /v1/waitlist. Patients join themselves; the desk names the patient. */
export class JoinWaitlistRequest {
  @ApiProperty({ format: 'uuid' }) @IsUUID() appointment_type_id: string;
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'With whom; anyone when absent.' })
  @MayBeAbsent()
  @IsUUID()
  specialist_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'No time before this suits.' })
  @MayBeAbsent()
  @IsDateTime()
  earliest?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'No time at or after this suits.' })
  @MayBeAbsent()
  @IsDateTime()
  latest?: string;
}

/** A time that is kept for who waits until it expires. */
export class WaitlistOffer {
  @ApiProperty({ format: 'uuid' }) appointment_id: string;
  @ApiProperty({ format: 'date-time' }) starts_at: string;
  @ApiProperty({ format: 'date-time' }) ends_at: string;
  @ApiProperty({ format: 'uuid' }) specialist_id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) clinic_id: string | null;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
}

/** Who waits for what. */
export class WaitlistEntry {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: WAITLIST_STATUSES }) status: WaitlistStatus;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty({ format: 'uuid' }) appointment_type_id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) specialist_id: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) earliest: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) latest: string | null;
  @ApiProperty({ type: WaitlistOffer, nullable: true }) offer: WaitlistOffer | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) appointment_id: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
