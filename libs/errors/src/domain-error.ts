import type { ErrorCode, FieldError } from '@restartix/contracts';

export interface DomainErrorOptions {
  /** Plain sentence for the client; no health data, no ids of others. */
  detail?: string;
  errors?: FieldError[];
  /** What could be had instead. */
  alternatives?: object[];
  cause?: unknown;
  /** Headers the answer needs, such as Retry-After. */
  headers?: Record<string, string>;
}

/** The one kind of error that use cases throw. Its code decides the HTTP status; see ERROR_CODES in contracts. */
export class DomainError extends Error {
  readonly detail?: string;
  readonly errors?: FieldError[];
  readonly alternatives?: object[];
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    options: DomainErrorOptions = {},
  ) {
    super(code, { cause: options.cause });
    this.name = 'DomainError';
    this.detail = options.detail;
    this.errors = options.errors;
    this.alternatives = options.alternatives;
    this.headers = options.headers ?? {};
  }
}

/** Nothing there, or nothing there for this organization: the two are told apart to nobody. */
export const notFound = (): DomainError => new DomainError('not_found');

export const forbidden = (detail?: string): DomainError => new DomainError('forbidden', { detail });

/** Bad input that validation of shapes cannot see; names each field. */
export const invalid = (errors: FieldError[]): DomainError => new DomainError('validation_error', { errors });

export const conflict = (detail: string): DomainError => new DomainError('conflict', { detail });

/** A dependency is away; `code` says which. */
export const unavailable = (
  code: Extract<ErrorCode, `${string}_unavailable`>,
  cause?: unknown,
): DomainError => new DomainError(code, { cause, headers: { 'Retry-After': '5' } });
