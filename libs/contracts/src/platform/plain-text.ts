import { registerDecorator, type ValidationOptions } from 'class-validator';

/** Control characters other than tab and line breaks. */
// eslint-disable-next-line no-control-regex -- control characters are exactly what is being looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Text a database and a canonical JSON document can both hold: a string of whole Unicode characters (no lone
 * surrogate) without control characters.
 */
export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && Buffer.from(value).toString() === value && !CONTROL.test(value);
}

/** Field rule: see {@link isPlainText}. */
export function IsPlainText(options?: ValidationOptions): PropertyDecorator {
  return (target: object, property: string | symbol) =>
    registerDecorator({
      name: 'isPlainText',
      target: target.constructor,
      propertyName: property as string,
      options: { message: 'must be text without control characters', ...options },
      validator: { validate: isPlainText },
    });
}
