import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsUUID, Max, MaxLength, Min } from 'class-validator';
import type { AuditPosition } from '../audit/audit-query.dto';
import { IsDateTime } from '../platform/date-time';
import { MayBeAbsent } from '../platform/may-be-absent';
import { FromDigits } from '../platform/page.dto';
import { ROLES } from '../platform/roles';

export const SECURITY_EVENT_KINDS = [
  'sign_in',
  'sign_in_failed',
  'impossible_travel',
  'sign_out',
  'step_up',
  'step_up_failed',
  'access_denied',
  'key_use',
  'break_glass',
  'impersonation',
  'configuration_changed',
] as const;
export type SecurityEventKind = (typeof SECURITY_EVENT_KINDS)[number];

export const SECURITY_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type SecuritySeverity = (typeof SECURITY_SEVERITIES)[number];

export const SECURITY_ALERT_STATUSES = ['open', 'acknowledged', 'resolved'] as const;
export type SecurityAlertStatus = (typeof SECURITY_ALERT_STATUSES)[number];

/** Page size and cursor of the lists below. */
class CursorPaging {
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

/** Query of GET /v1/security-events, newest first. */
export class SecurityEventQuery extends CursorPaging {
  @ApiPropertyOptional({ enum: SECURITY_EVENT_KINDS })
  @MayBeAbsent()
  @IsIn(SECURITY_EVENT_KINDS)
  kind?: SecurityEventKind;

  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() user_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Inclusive.' })
  @MayBeAbsent()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Exclusive.' })
  @MayBeAbsent()
  @IsDateTime()
  to?: string;
}

/** Query of GET /v1/security-alerts, newest first. */
export class SecurityAlertQuery extends CursorPaging {
  @ApiPropertyOptional({ enum: SECURITY_ALERT_STATUSES })
  @MayBeAbsent()
  @IsIn(SECURITY_ALERT_STATUSES)
  status?: SecurityAlertStatus;
}

/** Query of GET /v1/staff-activity, latest first. */
export class StaffActivityQuery extends CursorPaging {
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() user_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Last seen then or later.' })
  @MayBeAbsent()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Last seen before.' })
  @MayBeAbsent()
  @IsDateTime()
  to?: string;
}

/** Something that bears on security, made of an event of the audit trail and under its id. */
export class SecurityEvent {
  @ApiProperty({ format: 'uuid', description: 'Also the id of its event in the audit trail.' })
  event_id: string;
  @ApiProperty({ format: 'date-time' }) occurred_at: string;
  @ApiProperty({ enum: SECURITY_EVENT_KINDS }) kind: SecurityEventKind;
  @ApiProperty({ enum: SECURITY_SEVERITIES }) severity: SecuritySeverity;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) user_id: string | null;
  @ApiProperty({ type: String, nullable: true }) ip_address: string | null;
  @ApiProperty({ type: String, nullable: true }) request_id: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it was refused, or flagged.' }) reason:
    string | null;
  @ApiProperty({ description: 'What it was about.' }) resource_type: string;
  @ApiProperty({ type: 'integer', description: 'How many requests it stands for.' }) count: number;
}

/** What a threshold made of security events. */
export class SecurityAlert {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: 'brute_force' }) rule: string;
  @ApiProperty({ enum: SECURITY_SEVERITIES }) severity: SecuritySeverity;
  @ApiProperty({ enum: SECURITY_ALERT_STATUSES }) status: SecurityAlertStatus;
  @ApiProperty({ description: 'Whom it is about: `user:` and an id, or `address:` and an IP address.' })
  subject: string;
  @ApiProperty({ type: 'integer' }) event_count: number;
  @ApiProperty({ format: 'date-time' }) first_event_at: string;
  @ApiProperty({ format: 'date-time' }) last_event_at: string;
  @ApiProperty({ format: 'date-time' }) raised_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) acknowledged_at: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) acknowledged_by: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) resolved_at: string | null;
}

/** What one member of staff did with one kind of thing on one day (UTC). */
export class StaffActivity {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'date' }) day: string;
  @ApiProperty({ format: 'uuid' }) user_id: string;
  @ApiProperty({ enum: ROLES }) user_role: string;
  @ApiProperty({ example: 'view' }) activity: string;
  @ApiProperty({ example: 'patient' }) resource_type: string;
  @ApiProperty({ type: 'integer' }) count: number;
  @ApiProperty({ format: 'date-time' }) first_at: string;
  @ApiProperty({ format: 'date-time', description: 'Last seen doing it.' }) last_at: string;
}

/** What the channel's lists share: of one organization, older than a position. */
interface ListRequest<F> {
  organization_id: number;
  filters: F;
  page_size: number;
  before: AuditPosition | null;
}

/** Bodies of POST /internal/v1/security-events/search, …/security-alerts/search, …/staff-activity/search. */
export type SecurityEventsRequest = ListRequest<Pick<SecurityEventQuery, 'kind' | 'user_id' | 'from' | 'to'>>;
export type SecurityAlertsRequest = ListRequest<Pick<SecurityAlertQuery, 'status'>>;
export type StaffActivityRequest = ListRequest<Pick<StaffActivityQuery, 'user_id' | 'from' | 'to'>>;

/** A page; `next` is where it ended, null on the last one. */
export interface ListResponse<T> {
  items: T[];
  next: AuditPosition | null;
}

/** Bodies of POST /internal/v1/security-alerts/get and …/acknowledge. */
export interface SecurityAlertRequest {
  organization_id: number;
  id: string;
}
export interface AcknowledgeAlertRequest extends SecurityAlertRequest {
  user_id: string;
}

/** Null when the organization has no such alert. */
export interface SecurityAlertResponse {
  alert: SecurityAlert | null;
}
