import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from './may-be-absent';

/** Largest page number: page × page_size stays far inside a PostgreSQL integer offset. */
export const MAX_PAGE = 100_000;

/** Paging of ordinary lists: 1-based page of 25, at most 100 (restartix.md 2.1). */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: MAX_PAGE, default: 1 })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  page: number = 1;

  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 25 })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  page_size: number = 25;
}

/** `meta` of an ordinary list. */
export class PageMeta {
  @ApiProperty() page: number;
  @ApiProperty() page_size: number;
  @ApiProperty() total: number;
  @ApiProperty() total_pages: number;
}

/** Builds the `meta` of a list from its query and the number of all matches. */
export function pageMeta(query: PageQuery, total: number): PageMeta {
  return {
    page: query.page,
    page_size: query.page_size,
    total,
    total_pages: Math.ceil(total / query.page_size),
  };
}

/** `meta` of a list paged by cursor; `next_cursor` is null on the last page. */
export class CursorMeta {
  @ApiProperty() page_size: number;
  @ApiProperty({ type: String, nullable: true }) next_cursor: string | null;
}
