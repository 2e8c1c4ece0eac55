import { isISO8601, registerDecorator } from 'class-validator';

/** Years that every store of the platform holds. */
const DATE_TIME =
  /^(19|2[01])\d{2}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** A moment as text: a day of the calendar with a time and an offset (RFC 3339), years 1900 to 2199. */
export function isDateTime(value: unknown): value is string {
  return typeof value === 'string' && DATE_TIME.test(value) && isISO8601(value, { strict: true });
}

/** Field rule: see {@link isDateTime}. */
export function IsDateTime(): PropertyDecorator {
  return (target: object, property: string | symbol) =>
    registerDecorator({
      name: 'isDateTime',
      target: target.constructor,
      propertyName: property as string,
      options: { message: 'must be a date-time with an offset' },
      validator: { validate: isDateTime },
    });
}
