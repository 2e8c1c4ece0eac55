import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsDay } from '../platform/day';
import { MayBeAbsent } from '../platform/may-be-absent';
import { IsPlainText } from '../platform/plain-text';

/** Who insures: through the employer, privately, or by the state. */
export const COVERAGE_KINDS = ['employer', 'private', 'state'] as const;
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** Words of FHIR Coverage.status. */
export const COVERAGE_STATUSES = ['active', 'cancelled'] as const;
export type CoverageStatus = (typeof COVERAGE_STATUSES)[number];

/** What whoever verifies says. */
export const VERIFICATION_OUTCOMES = ['verified', 'rejected'] as const;
export type VerificationOutcome = (typeof VERIFICATION_OUTCOMES)[number];
/** What is known: `expired` was verified, and its last day has passed. */
export const VERIFICATION_STATES = ['unverified', ...VERIFICATION_OUTCOMES, 'expired'] as const;
export type VerificationState = (typeof VERIFICATION_STATES)[number];

/** Body of POST /v1/patients/{id}/coverages. Its texts are stored encrypted. */
export class EnterCoverageRequest {
  @ApiProperty({ enum: COVERAGE_KINDS }) @IsIn(COVERAGE_KINDS) kind: CoverageKind;

  @ApiProperty({ minLength: 1, maxLength: 200, description: 'Who pays.', example: 'CNAS' })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(200)
  payer: string;

  @ApiProperty({ minLength: 1, maxLength: 64, description: 'The number the payer knows the patient by.' })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(64)
  member_id: string;

  @ApiPropertyOptional({ type: String, maxLength: 64, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(64)
  group_number?: string | null;

  @ApiPropertyOptional({ type: String, maxLength: 200, nullable: true })
  @IsOptional()
  @IsPlainText()
  @MaxLength(200)
  plan?: string | null;

  @ApiProperty({ format: 'date', description: 'The first day.' }) @IsDay() valid_from: string;

  @ApiPropertyOptional({ type: String, format: 'date', nullable: true, description: 'The last day.' })
  @IsOptional()
  @IsDay()
  valid_until?: string | null;

  @ApiPropertyOptional({
    ...{ type: 'integer', minimum: 1, maximum: 9, default: 1 },
    description: '1 pays first (primary), 2 next (secondary); one in each place at a time.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(9)
  order?: number;
}

/** Body of PATCH /v1/patients/{id}/coverages/{coverage_id}; at least one field. Whoever pays is then verified anew. */
export class UpdateCoverageRequest extends PartialType(EnterCoverageRequest, { skipNullProperties: false }) {}

/** Body of POST /v1/patients/{id}/coverages/{coverage_id}/verification: what the payer said. */
export class VerifyCoverageRequest {
  @ApiProperty({ enum: VERIFICATION_OUTCOMES }) @IsIn(VERIFICATION_OUTCOMES) outcome: VerificationOutcome;
}

/** What insures a patient (FHIR Coverage). */
export class Coverage {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: COVERAGE_STATUSES }) status: CoverageStatus;
  @ApiProperty({ enum: COVERAGE_KINDS }) kind: CoverageKind;
  @ApiProperty() payer: string;
  @ApiProperty() member_id: string;
  @ApiProperty({ type: String, nullable: true }) group_number: string | null;
  @ApiProperty({ type: String, nullable: true }) plan: string | null;
  @ApiProperty({ format: 'date' }) valid_from: string;
  @ApiProperty({ type: String, format: 'date', nullable: true }) valid_until: string | null;
  @ApiProperty({ type: 'integer' }) order: number;
  @ApiProperty({ enum: VERIFICATION_STATES }) verification: VerificationState;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) verified_at: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
