import { ValidateIf } from 'class-validator';

/**
 * Field rule: may be left out. Null is a value and must pass the field's other rules; a field that null clears is
 * marked IsOptional instead.
 */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
