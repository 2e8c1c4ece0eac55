import { ValidationPipe, type Type, type ValidationError } from '@nestjs/common';
import type { FieldError } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** More faults than this help nobody. */
const MAX_ERRORS = 50;

function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent ? `${parent}.${property}` : property;
}

/** Reasons begin with the name of the property; the field already says it. */
function reasonOf(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a known field';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

function collect(errors: ValidationError[], parent: string, found: FieldError[]): FieldError[] {
  for (const { property, constraints, children } of errors) {
    if (found.length >= MAX_ERRORS) return found;
    const field = pathOf(parent, property);
    for (const [rule, message] of Object.entries(constraints ?? {})) {
      found.push({ field: field.slice(0, 200), reason: reasonOf(rule, message, property) });
    }
    collect(children ?? [], field, found);
  }
  return found;
}

const RULES = { whitelist: true, forbidNonWhitelisted: true } as const;

/** One item of a batch that is judged by itself: the value as its DTO, or its faults. */
export function judge<T extends object>(
  dto: Type<T>,
  value: object,
): { value: T } | { faults: FieldError[] } {
  const item = plainToInstance(dto, value);
  const faults = collect(validateSync(item, RULES), '', []);
  return faults.length > 0 ? { faults } : { value: item };
}

/** Validates bodies and queries against their DTO: unknown fields are refused, nothing is converted unasked. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    ...RULES,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new DomainError('validation_error', { errors: collect(errors, '', []) }),
  });
}
