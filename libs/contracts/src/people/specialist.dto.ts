import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';
import { MayBeAbsent } from '../platform/may-be-absent';
import { PageQuery } from '../platform/page.dto';

export const SPECIALIST_SORTS = ['created_at', '-created_at', 'title', '-title'] as const;

/** Query of GET /v1/specialists. */
export class SpecialistListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SPECIALIST_SORTS, default: 'created_at' })
  @MayBeAbsent()
  @IsIn(SPECIALIST_SORTS)
  sort: (typeof SPECIALIST_SORTS)[number] = 'created_at';

  @ApiPropertyOptional({ description: 'Only those who are, or are not, open for scheduling.' })
  @MayBeAbsent()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  scheduling_active?: boolean;
}

/** A practitioner of the caller's organization. */
export class Specialist {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) user_id: string | null;
  @ApiProperty() name: string;
  @ApiProperty({ type: String, nullable: true }) title: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'IANA name; null means no scheduling profile.' })
  scheduling_timezone: string | null;
  @ApiProperty() scheduling_active: boolean;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;
}
