import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';

/** What put a patient in somebody's care. */
export const CARE_REASONS = ['assignment', 'appointment', 'hand_over'] as const;
export type CareReason = (typeof CARE_REASONS)[number];

/** Why it was closed; `appointments`: the last that held it open was cancelled or missed. */
export const CARE_ENDS = ['closed', 'hand_over', 'appointments'] as const;
export type CareEnd = (typeof CARE_ENDS)[number];

/** Only an active one opens the record. */
export const CARE_STATES = ['planned', 'active', 'expired', 'closed'] as const;
export type CareState = (typeof CARE_STATES)[number];

/** What lets a specialist see a patient: from when, until when, and how it came about. */
export class CareRelationship {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty({ format: 'uuid' }) specialist_id: string;
  @ApiProperty({ enum: CARE_REASONS }) reason: CareReason;
  @ApiProperty({ enum: CARE_STATES }) state: CareState;
  @ApiProperty({ format: 'date-time' }) opened_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null is without a limit.' })
  expires_at: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) closed_at: string | null;
  @ApiProperty({ enum: CARE_ENDS, nullable: true, type: String }) closed_reason: CareEnd | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The one it was handed over from.',
  })
  from_relationship_id: string | null;
}

/** Query of GET /v1/care-relationships, newest first. */
export class CareRelationshipListQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() specialist_id?: string;
  @ApiPropertyOptional({ enum: CARE_STATES }) @MayBeAbsent() @IsIn(CARE_STATES) state?: CareState;
}

/** Body of POST /v1/care-relationships/{id}/hand-over. */
export class HandOverRequest {
  @ApiProperty({ format: 'uuid', description: 'Who cares for the patient from now on.' })
  @IsUUID()
  specialist_id: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'In the future; the care ends by itself then.' })
  @MayBeAbsent()
  @IsDateTime()
  expires_at?: string;
}

/** Body of POST /v1/care-relationships. */
export class AssignCareRequest extends HandOverRequest {
  @ApiProperty({ format: 'uuid' }) @IsUUID() patient_id: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Now when absent; later to plan it.' })
  @MayBeAbsent()
  @IsDateTime()
  opened_at?: string;
}
