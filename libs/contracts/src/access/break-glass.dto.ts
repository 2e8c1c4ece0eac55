import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsUUID, Max, MaxLength, Min, MinLength } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';

/** Why a record is opened to somebody it is closed to (restartix.md 2.1); `emergency` is treatment that cannot wait. */
export const BREAK_GLASS_PURPOSES = [
  'emergency',
  'support_ticket',
  'security_incident',
  'data_subject_request',
] as const;
export type BreakGlassPurpose = (typeof BREAK_GLASS_PURPOSES)[number];

export const BREAK_GLASS_STATES = ['open', 'expired', 'closed'] as const;
export type BreakGlassState = (typeof BREAK_GLASS_STATES)[number];

/** `due` within a day of its opening, `overdue` after it, until so many people as must have looked. */
export const BREAK_GLASS_REVIEW_STATES = ['due', 'overdue', 'reviewed'] as const;
export type BreakGlassReviewState = (typeof BREAK_GLASS_REVIEW_STATES)[number];

export const BREAK_GLASS_VERDICTS = ['justified', 'unjustified'] as const;
export type BreakGlassVerdict = (typeof BREAK_GLASS_VERDICTS)[number];

/** Longest and usual life, in minutes. */
export const BREAK_GLASS_MINUTES = { most: 60, usual: 30 } as const;

/** Body of POST /v1/break-glass. */
export class OpenBreakGlassRequest {
  @ApiProperty({ format: 'uuid' }) @IsUUID() patient_id: string;

  @ApiProperty({ enum: BREAK_GLASS_PURPOSES, description: 'Staff: emergency. Superadmins: the others.' })
  @IsIn(BREAK_GLASS_PURPOSES)
  purpose: BreakGlassPurpose;

  @ApiProperty({ minLength: 10, maxLength: 1000, description: 'Compliance reads it.' })
  @MinLength(10)
  @MaxLength(1000)
  @IsPlainText()
  reason: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: BREAK_GLASS_MINUTES.most,
    default: BREAK_GLASS_MINUTES.usual,
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(BREAK_GLASS_MINUTES.most)
  minutes?: number;
}

/** Body of POST /v1/break-glass/{id}/review. */
export class ReviewBreakGlassRequest {
  @ApiProperty({ enum: BREAK_GLASS_VERDICTS }) @IsIn(BREAK_GLASS_VERDICTS) verdict: BreakGlassVerdict;

  @ApiProperty({ minLength: 3, maxLength: 1000 })
  @MinLength(3)
  @MaxLength(1000)
  @IsPlainText()
  note: string;
}

/** Query of GET /v1/break-glass, newest first. */
export class BreakGlassListQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' }) @MayBeAbsent() @IsUUID() patient_id?: string;

  @ApiPropertyOptional({
    enum: BREAK_GLASS_REVIEW_STATES,
    description: 'The review queue is due and overdue; for compliance.',
  })
  @MayBeAbsent()
  @IsIn(BREAK_GLASS_REVIEW_STATES)
  review?: BreakGlassReviewState;
}

/** What one reviewer made of it. */
export class BreakGlassReview {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) reviewed_by: string;
  @ApiProperty({ enum: BREAK_GLASS_VERDICTS }) verdict: BreakGlassVerdict;
  @ApiProperty() note: string;
  @ApiProperty({ format: 'date-time' }) reviewed_at: string;
}

/** One record, opened to one session for a short time. */
export class BreakGlass {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: 'integer' }) organization_id: number;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty({ format: 'uuid', description: 'Who opened it.' }) user_id: string;
  @ApiProperty({ enum: ['specialist', 'superadmin'] }) role: 'specialist' | 'superadmin';
  @ApiProperty({ enum: BREAK_GLASS_PURPOSES }) purpose: BreakGlassPurpose;
  @ApiProperty() reason: string;
  @ApiProperty({ enum: BREAK_GLASS_STATES }) state: BreakGlassState;
  @ApiProperty({ format: 'date-time' }) opened_at: string;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) closed_at: string | null;
  @ApiProperty({ enum: BREAK_GLASS_REVIEW_STATES, description: 'Reviews are shown to compliance only.' })
  review: BreakGlassReviewState;
  @ApiProperty({ format: 'date-time' }) review_due_at: string;
  @ApiProperty({ type: [BreakGlassReview] }) reviews: BreakGlassReview[];
}
