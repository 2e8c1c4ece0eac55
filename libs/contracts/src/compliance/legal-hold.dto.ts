import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsUUID, MaxLength, MinLength } from 'class-validator';
import { Transform } from 'class-transformer';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';

/** Body of PUT /v1/legal-holds/{id}. */
export class PlaceLegalHoldRequest {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The patient it protects; the whole organization without one.',
  })
  @MayBeAbsent()
  @IsUUID()
  patient_id?: string;

  @ApiProperty({ minLength: 3, maxLength: 1000, description: 'Why: the matter, who asked for it.' })
  @MinLength(3)
  @MaxLength(1000)
  @IsPlainText()
  reason: string;
}

/** Body of POST /v1/legal-holds/{id}/lift. */
export class LiftLegalHoldRequest {
  @ApiProperty({ minLength: 3, maxLength: 1000 })
  @MinLength(3)
  @MaxLength(1000)
  @IsPlainText()
  reason: string;
}

/** Query of GET /v1/legal-holds, newest first. */
export class LegalHoldListQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those in force, or only those lifted.' })
  @MayBeAbsent()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  in_force?: boolean;
}

/** While it is in force nothing of the patient, or of the organization, is erased or dropped. */
export class LegalHold {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the whole organization.' })
  patient_id: string | null;
  @ApiProperty() reason: string;
  @ApiProperty({ format: 'uuid' }) placed_by: string;
  @ApiProperty({ format: 'date-time' }) placed_at: string;
  @ApiProperty({ type: String, nullable: true }) lift_reason: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) lifted_by: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lifted_at: string | null;
}

/** Body of POST /internal/v1/retention/holds: nothing of its subject is dropped from the answer on. Idempotent. */
export interface RetentionHold {
  hold_id: string;
  organization_id: number;
  patient_id: string | null;
}

/** Body of POST /internal/v1/retention/holds/lift. Idempotent. */
export interface RetentionHoldLift {
  hold_id: string;
  organization_id: number;
}
