import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from './may-be-absent';

/** Largest page number: page × page_size stays far inside a PostgreSQL integer offset. */
export const MAX_PAGE = 100_000;

/** A whole number as a query spells it, in decimal digits; whatever else is given stays, to be refused. */
export const FromDigits = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
  );

/** Paging of ordinary lists: 1-based page of 25, at most 100 (restartix.md 2.1). In a body both are numbers. */
export class Paging {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_PAGE, default: 1 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  page: number = 1;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 25 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(100)
  page_size: number = 25;
}

/** The same in a query, where they are digits. */
export class PageQuery extends Paging {
  @FromDigits() override page: number = 1;
  @FromDigits() override page_size: number = 25;
}

/** `meta` of an ordinary list. */
export class PageMeta {
  @ApiProperty({ type: 'integer' }) page: number;
  @ApiProperty({ type: 'integer' }) page_size: number;
  @ApiProperty({ type: 'integer' }) total: number;
  @ApiProperty({ type: 'integer' }) total_pages: number;
}

/** Builds the `meta` of a list from its query and the number of all matches. */
export function pageMeta(query: Paging, total: number): PageMeta {
  return {
    page: query.page,
    page_size: query.page_size,
    total,
    total_pages: Math.ceil(total / query.page_size),
  };
}

/** `meta` of a list paged by cursor; `next_cursor` is null on the last page. */
export class CursorMeta {
  @ApiProperty({ type: 'integer' }) page_size: number;
  @ApiProperty({ type: String, nullable: true }) next_cursor: string | null;
}
