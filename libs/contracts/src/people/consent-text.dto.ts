import { ApiProperty } from '@nestjs/swagger';
import { IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
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

/** What a patient agreed to, by which version of which text. */
export class PatientConsent {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) consent_text_id: string;
  @ApiProperty() kind: string;
  @ApiProperty({ type: 'integer' }) version: number;
  @ApiProperty({ format: 'date-time' }) given_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) withdrawn_at: string | null;
}
