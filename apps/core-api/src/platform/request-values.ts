import { Injectable, type PipeTransform } from '@nestjs/common';
import { invalid } from '@restartix/errors';

/** Largest id PostgreSQL's integer holds. */
const MAX_ID = 2_147_483_647;

/** The id of an organization in an address. */
@Injectable()
export class ParseId implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = Number(text);
    if (!/^[1-9]\d{0,9}$/.test(text) || id > MAX_ID)
      throw invalid([{ field: 'id', reason: 'must be a positive whole number' }]);
    return id;
  }
}

/** The entity tag of a version of a thing (RFC 9110 8.8.3). */
export const entityTag = (version: number): string => `"${version}"`;

/** The version an If-Match header asks for; null when it is absent or `*`. */
@Injectable()
export class ParseIfMatch implements PipeTransform<string | undefined, number | null> {
  transform(header: string | undefined): number | null {
    if (header === undefined || header.trim() === '*') return null;
    const version = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
    if (!version)
      throw invalid([
        { field: 'If-Match', reason: 'must be one entity tag as this API gave it, such as "3"' },
      ]);
    return Number(version);
  }
}
