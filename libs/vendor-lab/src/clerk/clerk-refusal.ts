/** A refusal in the form Clerk's APIs have it: `{errors: [{code, message, meta}]}`. */
export class ClerkRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The form field it is about. */
    readonly parameter?: string,
    /** Seconds a caller who is too many is to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get body(): object {
    const meta = this.parameter ? { param_name: this.parameter } : {};
    return { errors: [{ code: this.code, message: this.message, long_message: this.message, meta }] };
  }
}

/** What a spec has the Backend API answer once, instead of doing what it is asked. */
export interface Trouble {
  status: number;
  code: string;
  /** Seconds. */
  retryAfter?: number;
}

export const notFound = (what: string): ClerkRefusal =>
  new ClerkRefusal(404, 'resource_not_found', `No ${what} was found.`);

export const missing = (parameter: string): ClerkRefusal =>
  new ClerkRefusal(422, 'form_param_missing', `${parameter} must be included.`, parameter);
