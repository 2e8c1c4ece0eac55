import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID, MaxLength, MinLength } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';

export const IMPERSONATION_STATES = ['live', 'expired', 'ended'] as const;
export type ImpersonationState = (typeof IMPERSONATION_STATES)[number];

/** Body of POST /v1/patients/{id}/impersonate. */
export class ImpersonateRequest {
  @ApiProperty({ minLength: 10, maxLength: 1000, description: 'The patient and compliance read it.' })
  @MinLength(10)
  @MaxLength(1000)
  @IsPlainText()
  reason: string;
}

/** What sees as the patient does: the token goes where the caller's own went. It cannot be renewed. */
export class ImpersonationToken {
  @ApiProperty({ format: 'uuid', description: 'The same as impersonation_id.' }) id: string;
  @ApiProperty({ format: 'uuid' }) impersonation_id: string;
  @ApiProperty({ format: 'uuid', description: 'The login of the patient.' }) user_id: string;
  @ApiProperty() token: string;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
}

/** Query of GET /v1/impersonations, newest first. */
export class ImpersonationListQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;
}

/** A time somebody of the staff saw what a patient sees. */
export class Impersonation {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty({ format: 'uuid', description: 'Who it was.' }) user_id: string;
  @ApiProperty({ enum: ['assistant', 'org_admin'] }) role: 'assistant' | 'org_admin';
  @ApiProperty() reason: string;
  @ApiProperty({ enum: IMPERSONATION_STATES }) state: ImpersonationState;
  @ApiProperty({ format: 'date-time' }) started_at: string;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) ended_at: string | null;
}
