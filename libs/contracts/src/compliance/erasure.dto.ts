import { ApiProperty } from '@nestjs/swagger';
import { MaxLength, MinLength } from 'class-validator';
import { IsPlainText } from '../platform/plain-text';

/** Body of POST /v1/patients/{id}/erasure. */
export class EraseRequest {
  @ApiProperty({ minLength: 3, maxLength: 1000, description: 'Why: the request of the person, its date.' })
  @MinLength(3)
  @MaxLength(1000)
  @IsPlainText()
  reason: string;
}

/**
 * The receipt of an erasure: the patient's key is destroyed. The record is emptied, and what the audit trail holds of
 * it cannot be read any more, while every proof of the trail stays valid.
 */
export class Erasure {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) patient_id: string;
  @ApiProperty() reason: string;
  @ApiProperty({ format: 'uuid' }) erased_by: string;
  @ApiProperty({ format: 'date-time' }) erased_at: string;
  @ApiProperty({ type: 'integer', description: 'Versions of the patient’s key that are gone.' })
  keys_destroyed: number;
  @ApiProperty({
    description: 'Whether the portable profile went too: false where its owner has a login of their own.',
  })
  person_erased: boolean;
}
