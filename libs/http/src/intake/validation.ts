import { ValidationPipe, type ValidationError } from '@nestjs/common';
import type { FieldError } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';

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

/** Validates bodies and queries against their DTO: unknown fields are refused, nothing is converted unasked. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new DomainError('validation_error', { errors: collect(errors, '', []) }),
  });
}
