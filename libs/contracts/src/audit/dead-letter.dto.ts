import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIP,
  IsInt,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { FromDigits } from '../platform/page.dto';
import { AUDIT_ACTIONS, type AuditAction } from './audit-event';

const RESOURCE = /^[a-z][a-z_]*$/;
const WORD = /^[\w.:-]+$/;
const DETAIL = /^[a-z][a-z_]*$/;

/** An audit event the log refused, without the values of its details. */
export class DeadLetter {
  @ApiProperty({ format: 'uuid' }) event_id: string;
  @ApiProperty({ description: 'Why it was refused: the field and what is wrong with it.' }) reason: string;
  @ApiProperty({ format: 'date-time' }) refused_at: string;
  @ApiProperty({ format: 'date-time' }) timestamp: string;
  @ApiProperty({ enum: AUDIT_ACTIONS }) action: AuditAction;
  @ApiProperty() resource_type: string;
  @ApiProperty({ type: String, nullable: true }) resource_id: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) patient_id: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) user_id: string | null;
  @ApiProperty() user_role: string;
  @ApiProperty({ type: [String], description: 'Names of its details.' }) details: string[];
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) mended_at: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) mended_by: string | null;
}

/** Query of GET /v1/audit-logs/dead-letters: those nobody has sent again, newest first. */
export class DeadLetterQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 25 })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(100)
  page_size: number = 25;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The `next_cursor` of the page before.',
  })
  @MayBeAbsent()
  @FromDigits()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  cursor?: number;
}

/** What mending may put right; who did what to whom, and when, stays as it was. */
export class MendDeadLetterRequest {
  @ApiPropertyOptional({ maxLength: 64, pattern: RESOURCE.source })
  @MayBeAbsent()
  @MaxLength(64)
  @Matches(RESOURCE, { message: 'must be a resource type such as "patient"' })
  resource_type?: string;

  @ApiPropertyOptional({ maxLength: 128, pattern: WORD.source })
  @MayBeAbsent()
  @MaxLength(128)
  @Matches(WORD)
  resource_id?: string;

  @ApiPropertyOptional({ maxLength: 128, pattern: WORD.source })
  @MayBeAbsent()
  @MaxLength(128)
  @Matches(WORD)
  request_id?: string;

  @ApiPropertyOptional({ maxLength: 45, description: 'An IP address.' })
  @MayBeAbsent()
  @MaxLength(45)
  @IsIP()
  ip_address?: string;

  @ApiPropertyOptional({ maxLength: 512, pattern: '^[\\x20-\\x7e]+$' })
  @MayBeAbsent()
  @MaxLength(512)
  @Matches(/^[\x20-\x7e]+$/)
  user_agent?: string;

  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    maxItems: 50,
    description: 'Names of details to take out: what no store can hold.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @MaxLength(64, { each: true })
  @Matches(DETAIL, { each: true })
  drop_details?: string[];
}

/** Which refused events to send again. */
export class ReplayDeadLettersRequest {
  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    minItems: 1,
    maxItems: 500,
    description: 'All of the organization when absent, 500 at a time.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @IsUUID(undefined, { each: true })
  event_ids?: string[];
}

/** How many refused events are on their way again. */
export class ReplayedDeadLetters {
  @ApiProperty({ type: 'integer' }) replayed: number;
}
