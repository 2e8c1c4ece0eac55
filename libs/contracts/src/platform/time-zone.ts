import { registerDecorator } from 'class-validator';

/** Whether the name is an IANA time zone this machine knows. */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 64 || /^[+-]/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Field rule: see {@link isTimeZone}. */
export function IsTimeZoneName(): PropertyDecorator {
  return (target: object, property: string | symbol) =>
    registerDecorator({
      name: 'isTimeZoneName',
      target: target.constructor,
      propertyName: property as string,
      options: { message: 'must be a time zone of the IANA database, such as Europe/Bucharest' },
      validator: { validate: isTimeZone },
    });
}
