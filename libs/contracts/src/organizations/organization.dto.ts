import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsEmail, IsIn, IsOptional, IsUrl, MaxLength, MinLength } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';

export const ORGANIZATION_SORTS = ['name', '-name', 'created_at', '-created_at'] as const;

/** Query of GET /v1/organizations: members see theirs, a superadmin sees all. */
export class OrganizationListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ORGANIZATION_SORTS, default: 'name' })
  @MayBeAbsent()
  @IsIn(ORGANIZATION_SORTS)
  sort: (typeof ORGANIZATION_SORTS)[number] = 'name';
}

/** What an organization says of itself. Sending null clears an optional field. */
class OrganizationFields {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 300 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(300)
  tagline?: string | null;

  @ApiPropertyOptional({ type: String, format: 'email', maxLength: 254, nullable: true })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 40 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(40)
  phone?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uri', maxLength: 300, nullable: true })
  @IsOptional()
  @IsUrl({ protocols: ['https'], require_protocol: true })
  @MaxLength(300)
  website?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 300 })
  @IsOptional()
  @IsPlainText()
  @MaxLength(300)
  location?: string | null;
}

/** Body of PATCH /v1/organizations/{id}; at least one field. */
export class UpdateOrganizationRequest extends PartialType(OrganizationFields, {
  skipNullProperties: false,
}) {}

/** A clinic organization: the tenant. */
export class Organization {
  @ApiProperty({ type: 'integer' }) id: number;
  @ApiProperty() name: string;
  @ApiProperty() slug: string;
  @ApiProperty({ type: String, nullable: true }) tagline: string | null;
  @ApiProperty({ type: String, nullable: true }) email: string | null;
  @ApiProperty({ type: String, nullable: true }) phone: string | null;
  @ApiProperty({ type: String, nullable: true }) website: string | null;
  @ApiProperty({ type: String, nullable: true }) location: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
