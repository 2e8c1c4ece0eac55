/** A refusal in the form Clerk's APIs have it: `{errors: [{code, message, meta}]}`. */
export class ClerkRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The form field it is about. */
    readonly parameter?: string,
  ) {
    super(message);
  }

  get body(): object {
    const meta = this.parameter ? { param_name: this.parameter } : {};
    return { errors: [{ code: this.code, message: this.message, long_message: this.message, meta }] };
  }
}

export const notFound = (what: string): ClerkRefusal =>
  new ClerkRefusal(404, 'resource_not_found', `No ${what} was found.`);

export const missing = (parameter: string): ClerkRefusal =>
  new ClerkRefusal(422, 'form_param_missing', `${parameter} must be included.`, parameter);
