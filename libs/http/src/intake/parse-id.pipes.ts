import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { invalid } from '@restartix/errors';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const LARGEST_ID = 2_147_483_647;

/** A UUID in lower case; anything else is a `validation_error` that names the parameter. */
@Injectable()
export class ParseUuid implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (!UUID.test(value)) throw invalid([{ field: data ?? 'id', reason: 'must be a UUID' }]);
    return value.toLowerCase();
  }
}

/** The id of an organization (1 to 2³¹−1); anything else is a `validation_error` that names the parameter. */
@Injectable()
export class ParseId implements PipeTransform<string, number> {
  transform(value: string, { data }: ArgumentMetadata): number {
    const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(id <= LARGEST_ID))
      throw invalid([{ field: data ?? 'id', reason: 'must be a positive whole number' }]);
    return id;
  }
}
