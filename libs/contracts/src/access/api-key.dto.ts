import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { IsPlainText } from '../platform/plain-text';
import { mayEver, RESOURCES, type Permission, type Resource, type Verb } from './matrix';

const VERBS: readonly Verb[] = ['read', 'create', 'update'];

/**
 * What only somebody in person does: handling keys, sending the code that gives a record away, and saying what a
 * patient signed on paper.
 */
const IN_PERSON: readonly Resource[] = ['api_key', 'patient_claim', 'desk_consent'];

/** What keys are made for: everything an administrator may do but what is done in person. */
export const API_KEY_SCOPES: readonly Permission[] = RESOURCES.filter(
  (resource) => !IN_PERSON.includes(resource),
)
  .flatMap((resource) => VERBS.map((verb): Permission => `${resource}:${verb}`))
  .filter((permission) => mayEver(permission, 'org_admin'));

/** Longest life of a key, and longest time its old form stays good after a rotation. */
export const API_KEY_DAYS = 365;
export const API_KEY_OVERLAP_HOURS = 168;
/** Most keys of an organization that can be used at one time. */
export const API_KEYS_MAX = 50;

/** Body of POST /v1/api-keys. */
export class CreateApiKeyRequest {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Laboratory results', description: 'Which system.' })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(100)
  label: string;

  @ApiProperty({ enum: API_KEY_SCOPES, isArray: true, minItems: 1, example: ['appointment:read'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(API_KEY_SCOPES.length)
  @ArrayUnique()
  @IsIn(API_KEY_SCOPES, { each: true })
  scopes: Permission[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: API_KEY_DAYS, default: 90 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(API_KEY_DAYS)
  expires_in_days?: number;
}

/** Body of POST /v1/api-keys/{id}/rotate. */
export class RotateApiKeyRequest {
  @ApiPropertyOptional({
    ...{ type: 'integer', minimum: 0, maximum: API_KEY_OVERLAP_HOURS, default: 24 },
    description: 'How long the old key is good beside the new one; never longer than it was before.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(API_KEY_OVERLAP_HOURS)
  overlap_hours?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: API_KEY_DAYS, default: 90 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(API_KEY_DAYS)
  expires_in_days?: number;
}

/** A key as it is listed: what it may do, never what opens it. */
export class ApiKey {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() label: string;
  @ApiProperty({
    description: 'How the key begins, to tell it apart from others.',
    example: 'rx_live_4fGh2kQ9aZ1',
  })
  prefix: string;
  @ApiProperty({ enum: API_KEY_SCOPES, isArray: true }) scopes: Permission[];
  @ApiProperty({ format: 'uuid', description: 'Whose rights it can never go beyond.' }) created_by: string;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) revoked_at: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The key that follows it.' })
  replaced_by: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.' })
  last_used_at: string | null;
}

/** A key that has just been made. This is the only time it is shown. */
export class IssuedApiKey extends ApiKey {
  @ApiProperty({ description: 'For `Authorization: Bearer`. Keep it: it is stored nowhere.' }) key: string;
}
