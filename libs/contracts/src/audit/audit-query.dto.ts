import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { FromDigits } from '../platform/page.dto';
import { ROLES } from '../platform/roles';
import { AUDIT_ACTIONS, type AuditAction, type AuditDetails, type AuditEvent } from './audit-event';
import { AuditProof } from './audit-proof.dto';

const RESOURCE = /^[a-z][a-z_]*$/;
const WORD = /^[\w.:-]+$/;

/** Query of GET /v1/audit-logs: filters, then cursor paging, newest first. */
export class AuditLogQuery {
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() user_id?: string;

  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;

  @ApiPropertyOptional({ maxLength: 64, pattern: RESOURCE.source, example: 'patient' })
  @MayBeAbsent()
  @MaxLength(64)
  @Matches(RESOURCE, { message: 'must be a resource type such as "patient"' })
  resource_type?: string;

  @ApiPropertyOptional({ maxLength: 128, pattern: WORD.source })
  @MayBeAbsent()
  @MaxLength(128)
  @Matches(WORD)
  resource_id?: string;

  @ApiPropertyOptional({ enum: AUDIT_ACTIONS }) @MayBeAbsent() @IsIn(AUDIT_ACTIONS) action?: AuditAction;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  success?: boolean;

  @ApiPropertyOptional({ maxLength: 128, pattern: WORD.source })
  @MayBeAbsent()
  @MaxLength(128)
  @Matches(WORD)
  request_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Inclusive.' })
  @MayBeAbsent()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Exclusive.' })
  @MayBeAbsent()
  @IsDateTime()
  to?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 25 })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(100)
  page_size: number = 25;

  @ApiPropertyOptional({
    maxLength: 512,
    description: 'The `next_cursor` of the page before, for the same filters.',
  })
  @MayBeAbsent()
  @MaxLength(512)
  cursor?: string;
}

/** One stored event as compliance staff read it. */
export class AuditLogEntry implements AuditEvent {
  @ApiProperty({ format: 'uuid' }) event_id: string;
  @ApiProperty({ format: 'date-time' }) timestamp: string;
  @ApiProperty({ type: 'integer' }) organization_id: number;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) user_id: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Shown to the compliance role only.' })
  user_email: string | null;
  @ApiProperty({ enum: ROLES }) user_role: AuditEvent['user_role'];
  @ApiProperty({ enum: AUDIT_ACTIONS }) action: AuditAction;
  @ApiProperty() resource_type: string;
  @ApiProperty({ type: String, nullable: true }) resource_id: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) patient_id: string | null;
  @ApiProperty({ type: String, nullable: true }) ip_address: string | null;
  @ApiProperty({ type: String, nullable: true }) user_agent: string | null;
  @ApiProperty({ type: String, nullable: true }) request_id: string | null;
  @ApiProperty() success: boolean;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'Health data in `changes` is readable for the compliance role only; others see "[protected]".',
  })
  details: AuditDetails;
  @ApiProperty({
    type: 'integer',
    description: "Position in the organization's log: 0, 1, 2 … without gaps, in order of arrival.",
  })
  leaf_index: number;
  @ApiProperty({ description: 'SHA-256 of the canonical event as stored, hexadecimal.' })
  leaf_hash: string;
}

/** One stored event with the proof that it is in the log. */
export class ProvenAuditLogEntry extends AuditLogEntry {
  @ApiProperty({ type: AuditProof, nullable: true, description: 'Null until it is sealed, within a second.' })
  proof: AuditProof | null;
}

/** Where a page ended: the next one holds what is older. */
export interface AuditPosition {
  timestamp: string;
  event_id: string;
}

/** Body of POST /internal/v1/audit-logs/search. The organization comes from core-api's authenticated context. */
export interface AuditSearchRequest {
  organization_id: number;
  filters: Pick<
    AuditLogQuery,
    | 'user_id'
    | 'patient_id'
    | 'resource_type'
    | 'resource_id'
    | 'action'
    | 'success'
    | 'request_id'
    | 'from'
    | 'to'
  >;
  page_size: number;
  before: AuditPosition | null;
  /** Whether addresses of people are opened: for the compliance role only. */
  reveal_identity: boolean;
}

export interface AuditSearchResponse {
  entries: AuditLogEntry[];
  next: AuditPosition | null;
}

/** Body of POST /internal/v1/audit-logs/get; the answer's entry is null when the organization has no such event. */
export interface AuditGetRequest {
  organization_id: number;
  event_id: string;
  reveal_identity: boolean;
}

export interface AuditGetResponse {
  entry: ProvenAuditLogEntry | null;
}
