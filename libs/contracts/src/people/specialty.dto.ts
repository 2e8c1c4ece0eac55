import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsBoolean, Matches, MaxLength, MinLength } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';
import { IsPlainText } from '../platform/plain-text';

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Query of GET /v1/specialties. */
export class SpecialtyListQuery extends PageQuery {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100, description: 'Part of the title, in any case.' })
  @MayBeAbsent()
  @IsPlainText()
  @MinLength(1)
  @MaxLength(100)
  q?: string;
}

export class SpecialtyFields {
  @ApiProperty({ minLength: 1, maxLength: 100 })
  @IsPlainText()
  @MinLength(1)
  @MaxLength(100)
  title: string;

  @ApiProperty({ pattern: SLUG.source, maxLength: 60 })
  @Matches(SLUG, { message: 'must be words of small letters and digits, joined by hyphens' })
  @MaxLength(60)
  slug: string;

  @ApiPropertyOptional({ default: true }) @MayBeAbsent() @IsBoolean() is_active?: boolean;
}

/** Body of POST /v1/specialties. */
export class CreateSpecialtyRequest extends SpecialtyFields {}

/** Body of PATCH /v1/specialties/{id}; at least one field. */
export class UpdateSpecialtyRequest extends PartialType(SpecialtyFields, { skipNullProperties: false }) {}

/** A field of practice in an organization's catalogue. */
export class Specialty {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() title: string;
  @ApiProperty() slug: string;
  @ApiProperty() is_active: boolean;
  @ApiProperty({ format: 'date-time' }) created_at: string;
}
