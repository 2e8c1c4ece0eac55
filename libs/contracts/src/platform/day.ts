import { isISO8601, registerDecorator } from 'class-validator';

/** Years that every store of the platform holds. */
const DAY = /^(19|2[01])\d{2}-\d{2}-\d{2}$/;

/** A day of the calendar as YYYY-MM-DD, years 1900 to 2199. */
export function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value) && isISO8601(value, { strict: true });
}

/** Field rule: see {@link isDay}. */
export function IsDay(): PropertyDecorator {
  return (target: object, property: string | symbol) =>
    registerDecorator({
      name: 'isDay',
      target: target.constructor,
      propertyName: property as string,
      options: { message: 'must be a day as YYYY-MM-DD' },
      validator: { validate: isDay },
    });
}
