import { ApiProperty } from '@nestjs/swagger';
import { IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { IsDay } from '../platform/day';
import { IsPlainText } from '../platform/plain-text';

/** Kinds that mean something for the record; an organization may ask for others. */
export const CONSENT_KINDS = ['profile_sharing', 'recording', 'hipaa', 'telehealth'] as const;

const KIND = /^[a-z][a-z0-9_]{1,39}$/;

/** Body of POST /v1/consent-texts: the next version of a kind. */
export class PublishConsentTextRequest {
  @ApiProperty({
    pattern: KIND.source,
    example: 'telehealth',
    description: `What it is about. ${CONSENT_KINDS.join(', ')} also change the record.`,
  })
  @Matches(KIND, { message: 'must be lower case letters, digits and _' })
  kind: string;

  @ApiProperty({ minLength: 1, maxLength: 200 }) @IsPlainText() @MinLength(1) @MaxLength(200) title: string;

  @ApiProperty({ minLength: 1, maxLength: 50_000 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(50_000)
  body: string;
}

/** What patients are asked to agree to. A version is never changed. */
export class ConsentText {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() kind: string;
  @ApiProperty({ type: 'integer' }) version: number;
  @ApiProperty() title: string;
  @ApiProperty() body: string;
  @ApiProperty({ format: 'date-time' }) published_at: string;
}

/** Body of POST /v1/patients/{id}/consents. */
export class SignConsentRequest {
  @ApiProperty({ format: 'uuid', description: 'The current text of its kind.' })
  @IsUUID()
  consent_text_id: string;
}

/** Body of POST /v1/patients/{id}/consents/on-paper. */
export class RecordPaperConsentRequest {
  @ApiProperty({ format: 'uuid', description: 'The version that was signed; it need not be the newest.' })
  @IsUUID()
  consent_text_id: string;

  @ApiProperty({ format: 'date', description: 'The day on the paper, not before the text was published.' })
  @IsDay()
  signed_on: string;
}

/** Body of POST /v1/patients/{id}/consents/{consent_id}/withdraw-at-desk. */
export class RecordWithdrawalRequest {
  @ApiProperty({ format: 'date', description: 'The day the patient said so, not before the consent.' })
  @IsDay()
  told_on: string;
}

/** What was signed on paper, and who of the staff recorded it. */
export class PaperRecord {
  @ApiProperty({ format: 'date' }) signed_on: string;
  @ApiProperty({ format: 'uuid' }) recorded_by: string;
}

/** A withdrawal that was told to the staff, and who of them recorded it. */
export class DeskWithdrawal {
  @ApiProperty({ format: 'date' }) told_on: string;
  @ApiProperty({ format: 'uuid' }) recorded_by: string;
}

/** What a patient agreed to, by which version of which text. */
export class PatientConsent {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) consent_text_id: string;
  @ApiProperty() kind: string;
  @ApiProperty({ type: 'integer' }) version: number;

  @ApiProperty({
    format: 'date-time',
    description: 'When it began to count here: one on paper, when it was recorded.',
  })
  given_at: string;

  @ApiProperty({
    type: PaperRecord,
    nullable: true,
    description: 'Recorded by the desk; null when the patient gave it in person.',
  })
  on_paper: PaperRecord | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true }) withdrawn_at: string | null;

  @ApiProperty({
    type: DeskWithdrawal,
    nullable: true,
    description: 'Recorded by the desk; null when the patient withdrew in person, or did not withdraw.',
  })
  withdrawn_at_desk: DeskWithdrawal | null;
}
