import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { IsTimeZoneName } from '../platform/time-zone';

export const LOCALES = ['en', 'ro', 'nb'] as const;

/** Features an organization may have switched on or off, and what holds while nothing is said. */
export const FEATURE_FLAGS = { ai: false, video: true, waitlist: true, recording: false } as const;
export type FeatureFlag = keyof typeof FEATURE_FLAGS;

function IsFlags(): PropertyDecorator {
  return (target: object, property: string | symbol) =>
    registerDecorator({
      name: 'isFlags',
      target: target.constructor,
      propertyName: property as string,
      options: { message: 'must map names of features to true or false' },
      validator: {
        validate: (flags: unknown) =>
          typeof flags === 'object' &&
          flags !== null &&
          Object.entries(flags).every(
            ([name, on]) => Object.hasOwn(FEATURE_FLAGS, name) && typeof on === 'boolean',
          ),
      },
    });
}

const FLAGS = {
  type: 'object' as const,
  properties: Object.fromEntries(
    Object.keys(FEATURE_FLAGS).map((name) => [name, { type: 'boolean' as const }]),
  ),
  additionalProperties: false,
};

/** Where staff sign in: an issuer of tokens, and, where it serves several organizations, the connection in it. */
export class SsoConnection {
  @ApiProperty({ maxLength: 255, description: 'As its tokens name it, to the letter.' })
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  @MaxLength(255)
  issuer: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 255,
    description: 'As its tokens name it; null for an issuer that is the organization’s alone.',
  })
  @IsOptional()
  @Matches(/^[\w.:@/-]+$/)
  @MaxLength(255)
  connection?: string | null;
}

const DEMAND = 'Where staff have to sign in; null demands nothing. Whoever demands it is signed in there.';

/** Body of PATCH /v1/organizations/{id}/settings; what is absent stays. */
export class UpdateSettingsRequest {
  @ApiPropertyOptional({ maxLength: 64 }) @MayBeAbsent() @IsTimeZoneName() timezone?: string;

  @ApiPropertyOptional({ enum: LOCALES }) @MayBeAbsent() @IsIn(LOCALES) locale?: (typeof LOCALES)[number];

  @ApiPropertyOptional({ description: 'Whether strangers may see published types and book.' })
  @MayBeAbsent()
  @IsBoolean()
  public_booking?: boolean;

  @ApiPropertyOptional({ description: 'Whether a visit needs a licence that is valid where the patient is.' })
  @MayBeAbsent()
  @IsBoolean()
  require_licence?: boolean;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10080 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(10080)
  waitlist_offer_minutes?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 3650 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(3650)
  care_days_after_visit?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 5 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(5)
  low_rating_threshold?: number;

  @ApiPropertyOptional({ type: SsoConnection, nullable: true, description: DEMAND })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SsoConnection)
  sso?: SsoConnection | null;

  @ApiPropertyOptional(FLAGS) @MayBeAbsent() @IsObject() @IsFlags() feature_flags?: Partial<
    Record<FeatureFlag, boolean>
  >;
}

/** How an organization works. */
export class OrganizationSettings {
  @ApiProperty() timezone: string;
  @ApiProperty() locale: string;
  @ApiProperty() public_booking: boolean;
  @ApiProperty() require_licence: boolean;
  @ApiProperty({ type: 'integer' }) waitlist_offer_minutes: number;
  @ApiProperty({ type: 'integer' }) care_days_after_visit: number;
  @ApiProperty({ type: 'integer' }) low_rating_threshold: number;
  @ApiProperty({ type: SsoConnection, nullable: true, description: DEMAND }) sso: SsoConnection | null;
  @ApiProperty({ ...FLAGS, required: Object.keys(FEATURE_FLAGS) } as never) feature_flags: Record<
    FeatureFlag,
    boolean
  >;
}
