import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';

/** What a second factor is shown for. A proof for one of them opens no other. */
export const STEP_UP_PURPOSES = [
  'session',
  'second_factors',
  'break_glass',
  'impersonation',
  'api_keys',
  'sso',
] as const;
export type StepUpPurpose = (typeof STEP_UP_PURPOSES)[number];

/** Second factors a user can enrol. */
export const SECOND_FACTOR_KINDS = ['totp', 'webauthn'] as const;
export type SecondFactorKind = (typeof SECOND_FACTOR_KINDS)[number];

const BASE64URL = /^[A-Za-z0-9_-]+$/;
const CODE = /^\d{6}$/;
const RECOVERY_CODE = /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/;

/** Body of POST /v1/second-factors. */
export class EnrolRequest {
  @ApiProperty({ enum: SECOND_FACTOR_KINDS }) @IsIn(SECOND_FACTOR_KINDS) kind: SecondFactorKind;
}

/** What an authenticator answers, base64url as WebAuthn's JSON form has it. */
export class AuthenticatorResponse {
  @ApiProperty({ maxLength: 8192, pattern: BASE64URL.source })
  @Matches(BASE64URL)
  @MaxLength(8192)
  clientDataJSON: string;
  @ApiPropertyOptional({ maxLength: 16384, pattern: BASE64URL.source, description: 'Registration only.' })
  @MayBeAbsent()
  @Matches(BASE64URL)
  @MaxLength(16384)
  attestationObject?: string;
  @ApiPropertyOptional({ maxLength: 8192, pattern: BASE64URL.source, description: 'Assertion only.' })
  @MayBeAbsent()
  @Matches(BASE64URL)
  @MaxLength(8192)
  authenticatorData?: string;
  @ApiPropertyOptional({ maxLength: 2048, pattern: BASE64URL.source, description: 'Assertion only.' })
  @MayBeAbsent()
  @Matches(BASE64URL)
  @MaxLength(2048)
  signature?: string;
  @ApiPropertyOptional({ maxLength: 256, pattern: BASE64URL.source })
  @MayBeAbsent()
  @Matches(BASE64URL)
  @MaxLength(256)
  userHandle?: string;
  @ApiPropertyOptional({ type: [String], maxItems: 8 })
  @MayBeAbsent()
  @IsString({ each: true })
  @MaxLength(32, { each: true })
  transports?: string[];
  @ApiPropertyOptional({ minimum: -65_536, maximum: 0 })
  @MayBeAbsent()
  @IsInt()
  @Max(0)
  publicKeyAlgorithm?: number;
  @ApiPropertyOptional({ maxLength: 4096, pattern: BASE64URL.source })
  @MayBeAbsent()
  @Matches(BASE64URL)
  @MaxLength(4096)
  publicKey?: string;
}

/** A WebAuthn credential as `toJSON()` of the browser gives it. */
export class WebAuthnCredentialBody {
  @ApiProperty({ maxLength: 1024, pattern: BASE64URL.source })
  @Matches(BASE64URL)
  @MaxLength(1024)
  id: string;
  @ApiProperty({ maxLength: 1024, pattern: BASE64URL.source })
  @Matches(BASE64URL)
  @MaxLength(1024)
  rawId: string;
  @ApiProperty({ enum: ['public-key'] }) @IsIn(['public-key']) type: 'public-key';
  @ApiPropertyOptional({ enum: ['platform', 'cross-platform'] })
  @MayBeAbsent()
  @IsIn(['platform', 'cross-platform'])
  authenticatorAttachment?: 'platform' | 'cross-platform';
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Looked at by nobody.' })
  @IsObject()
  clientExtensionResults: Record<string, unknown>;
  @ApiProperty({ type: AuthenticatorResponse })
  @IsNotEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => AuthenticatorResponse)
  response: AuthenticatorResponse;
}

/** Body of POST /v1/second-factors/{id}/confirm: the code of an app, or the answer of an authenticator. */
export class ConfirmRequest {
  @ApiPropertyOptional({ pattern: CODE.source, example: '492039' })
  @MayBeAbsent()
  @Matches(CODE)
  code?: string;
  @ApiPropertyOptional({ type: WebAuthnCredentialBody })
  @MayBeAbsent()
  @IsNotEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => WebAuthnCredentialBody)
  credential?: WebAuthnCredentialBody;
}

export class SecondFactor {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: SECOND_FACTOR_KINDS }) kind: SecondFactorKind;
  @ApiProperty({ description: 'Its key cannot leave the device: what compliance needs.' })
  device_bound: boolean;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) last_used_at: string | null;
}

/** What an enrolment needs to go on; shown once. */
export class Enrolment {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: SECOND_FACTOR_KINDS }) kind: SecondFactorKind;
  @ApiProperty({ type: String, nullable: true, description: 'TOTP: otpauth:// address for a QR code.' })
  otpauth_uri: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'WebAuthn: PublicKeyCredentialCreationOptionsJSON.',
  })
  options: object | null;
}

/** A factor is enrolled; the first one comes with codes for the day it is lost, shown once. */
export class Confirmed {
  @ApiProperty({ type: SecondFactor }) factor: SecondFactor;
  @ApiProperty({ type: [String], description: 'Empty when there are codes already.' })
  recovery_codes: string[];
}

export const CHALLENGE_KINDS = ['webauthn', 'sms'] as const;

/** Body of POST /v1/step-up. */
export class ChallengeRequest {
  @ApiProperty({ enum: CHALLENGE_KINDS }) @IsIn(CHALLENGE_KINDS) kind: (typeof CHALLENGE_KINDS)[number];
}

export class StepUpChallenge {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: CHALLENGE_KINDS }) kind: (typeof CHALLENGE_KINDS)[number];
  @ApiProperty({ format: 'date-time' }) expires_at: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'WebAuthn: PublicKeyCredentialRequestOptionsJSON.',
  })
  options: object | null;
}

/** Body of POST /v1/step-up/verify: exactly one of totp, recovery_code, sms_code and credential. */
export class StepUpRequest {
  @ApiProperty({ enum: STEP_UP_PURPOSES }) @IsIn(STEP_UP_PURPOSES) purpose: StepUpPurpose;
  @ApiPropertyOptional({ pattern: CODE.source, example: '492039' })
  @MayBeAbsent()
  @Matches(CODE)
  totp?: string;
  @ApiPropertyOptional({ pattern: RECOVERY_CODE.source, example: 'abcd-efgh-2345-mnop' })
  @MayBeAbsent()
  @Matches(RECOVERY_CODE)
  recovery_code?: string;
  @ApiPropertyOptional({ format: 'uuid', description: 'With sms_code or credential.' })
  @MayBeAbsent()
  @IsUUID()
  challenge_id?: string;
  @ApiPropertyOptional({ pattern: CODE.source, example: '492039' })
  @MayBeAbsent()
  @Matches(CODE)
  sms_code?: string;
  @ApiPropertyOptional({ type: WebAuthnCredentialBody })
  @MayBeAbsent()
  @IsNotEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => WebAuthnCredentialBody)
  credential?: WebAuthnCredentialBody;
}

/** For the header `Step-Up-Proof` of requests that need it; good for this user, session and purpose only. */
export class StepUpProof {
  @ApiProperty() proof: string;
  @ApiProperty({ enum: STEP_UP_PURPOSES }) purpose: StepUpPurpose;
  @ApiProperty({ format: 'date-time' }) expires_at: string;
}
