import { registerDecorator } from 'class-validator';

function luhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** A National Provider Identifier (45 CFR 162.406): ten digits whose last is a Luhn digit over 80840 and the rest. */
export const isNpi = (value: unknown): value is string =>
  typeof value === 'string' && /^[12]\d{9}$/.test(value) && luhn(`80840${value}`);

/**
 * A DEA registration number: two letters (the second may be 9) and seven digits; the last is that of the 1st, 3rd and
 * 5th digit plus twice the 2nd, 4th and 6th.
 */
export function isDeaNumber(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z9]\d{7}$/.test(value)) return false;
  const sum = [...value.slice(2, 8)].reduce(
    (total, digit, place) => total + Number(digit) * (1 + (place % 2)),
    0,
  );
  return sum % 10 === Number(value[8]);
}

function rule(name: string, validate: (value: unknown) => boolean, message: string) {
  return (): PropertyDecorator => (target: object, property: string | symbol) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: property as string,
      options: { message },
      validator: { validate },
    });
}

/** Field rule: see {@link isNpi}. */
export const IsNpi = rule('isNpi', isNpi, 'must be a National Provider Identifier with its check digit');

/** Field rule: see {@link isDeaNumber}. */
export const IsDeaNumber = rule('isDeaNumber', isDeaNumber, 'must be a DEA number with its check digit');
