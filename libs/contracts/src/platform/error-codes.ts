/**
 * Every error code a client can meet: its HTTP status and its plain title (RFC 9457 `title`).
 * A code is stable; the sentence may be improved.
 */
export const ERROR_CODES = {
  bad_request: { status: 400, title: 'The request could not be understood.' },
  malformed_json: { status: 400, title: 'The body is not valid JSON.' },
  validation_error: { status: 400, title: 'One or more fields are not valid.' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid for this list.' },
  unauthenticated: { status: 401, title: 'A valid access token is required.' },
  token_expired: { status: 401, title: 'The access token has expired.' },
  token_not_active: { status: 401, title: 'The access token is not valid yet.' },
  token_invalid: { status: 401, title: 'The access token is not valid.' },
  token_too_large: { status: 401, title: 'The access token is longer than any of ours.' },
  token_algorithm_refused: {
    status: 401,
    title: 'The access token is not signed in a way that is accepted.',
  },
  token_signature_invalid: {
    status: 401,
    title: 'The access token was not signed by its issuer, or was changed.',
  },
  token_issuer_unknown: { status: 401, title: 'The access token is of an issuer that is not accepted.' },
  token_audience_refused: { status: 401, title: 'The access token was issued for something else.' },
  token_session_pending: { status: 401, title: 'The sign-in behind the access token is not finished.' },
  token_delegated: {
    status: 401,
    title: 'An access token on behalf of another is good only while its impersonation lives.',
  },
  api_key_invalid: { status: 401, title: 'There is no such API key.' },
  api_key_expired: { status: 401, title: 'The API key has expired.' },
  api_key_revoked: { status: 401, title: 'The API key was revoked.' },
  session_revoked: { status: 401, title: 'This session was ended. Sign in again.' },
  session_idle: { status: 401, title: 'This session was not used for too long. Sign in again.' },
  session_expired: { status: 401, title: 'This session has lasted as long as it may. Sign in again.' },
  reauth_required: { status: 401, title: 'Prove once more that it is you: the last time is too long ago.' },
  webhook_signature_invalid: { status: 401, title: 'The signature of the webhook is missing or not valid.' },
  webhook_outside_window: { status: 401, title: 'The webhook was signed too long ago, or in the future.' },
  channel_signature_invalid: { status: 401, title: 'The message signature is missing or not valid.' },
  channel_replay: { status: 401, title: 'This message was already received.' },
  forbidden: { status: 403, title: 'You are not allowed to do this.' },
  organization_required: { status: 403, title: 'An active organization is required.' },
  not_a_member: { status: 403, title: 'You are not a member of this organization.' },
  api_key_rights_lost: { status: 403, title: 'Who made the API key may no longer make one here.' },
  api_key_scope_missing: { status: 403, title: 'The scopes of the API key do not cover this.' },
  sso_required: { status: 403, title: 'This organization demands that its staff sign in by its own SSO.' },
  mfa_required: { status: 403, title: 'A second factor is required in your role.' },
  mfa_hardware_key_required: {
    status: 403,
    title: 'A hardware key with user verification is required in your role.',
  },
  impersonation_read_only: { status: 403, title: 'Whoever sees as a patient changes nothing.' },
  impersonation_hides_login: {
    status: 403,
    title: 'Whoever sees as a patient is not shown how the patient signs in.',
  },
  step_up_required: { status: 403, title: 'Show your second factor for this, and send its proof.' },
  second_factor_invalid: { status: 403, title: 'The second factor was not accepted.' },
  claim_invalid: { status: 403, title: 'The code or the date of birth is not right.' },
  not_found: { status: 404, title: 'There is no such thing here.' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here.' },
  request_timeout: { status: 408, title: 'The request took too long to arrive.' },
  conflict: { status: 409, title: 'The request conflicts with the current state.' },
  already_exists: { status: 409, title: 'Such a thing already exists.' },
  slot_taken: { status: 409, title: 'This time is no longer free.' },
  transition_not_allowed: { status: 409, title: 'This is not possible in the present state.' },
  claim_locked: { status: 409, title: 'Too many wrong answers to this code. Ask the clinic for a new one.' },
  claim_used: { status: 409, title: 'This code was used already.' },
  claim_expired: { status: 409, title: 'This code is too old, or a newer one was sent.' },
  claim_taken: { status: 409, title: 'This record has its owner already.' },
  claim_other_record: { status: 409, title: 'You have another record in this organization.' },
  legal_hold: { status: 409, title: 'A legal hold is in force: nothing may be destroyed.' },
  precondition_failed: { status: 412, title: 'The thing has changed since you read it.' },
  payload_too_large: { status: 413, title: 'The body is too large.' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported.' },
  idempotency_key_reused: { status: 422, title: 'This idempotency key was used for another request.' },
  step_up_locked: { status: 429, title: 'Too many wrong attempts. Wait before the next one.' },
  api_key_locked: { status: 429, title: 'Too many wrong API keys. Wait before the next one.' },
  rate_limited: { status: 429, title: 'Too many requests.' },
  headers_too_large: { status: 431, title: 'The request headers are too large.' },
  internal_error: { status: 500, title: 'Something went wrong on our side.' },
  unregistered_phi: { status: 500, title: 'The answer was withheld because its access was not recorded.' },
  identity_unavailable: { status: 503, title: 'The identity provider cannot be reached.' },
  database_unavailable: { status: 503, title: 'The database cannot be reached.' },
  keys_unavailable: { status: 503, title: 'The key service cannot be reached.' },
  audit_unavailable: { status: 503, title: 'The access could not be recorded, so it was not made.' },
  telemetry_unavailable: { status: 503, title: 'The record service cannot be reached.' },
  analytics_unavailable: { status: 503, title: 'Analytics cannot be reached.' },
  geo_unavailable: { status: 503, title: 'The geo database could not be fetched; the one before stays.' },
  queue_unavailable: { status: 503, title: 'The work queue cannot be reached.' },
  rate_limits_unavailable: { status: 503, title: 'Requests cannot be counted, so this route is closed.' },
  holds_unavailable: { status: 503, title: 'Times cannot be held now.' },
  shutting_down: { status: 503, title: 'The service is shutting down.' },
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** One faulty field of a request: where it is and why it was refused. Never its value. */
export interface FieldError {
  field: string;
  reason: string;
}

/** An RFC 9457 problem document as every error answer of both services carries it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail?: string;
  instance?: string;
  request_id?: string;
  errors?: FieldError[];
  /** What could be had instead, of a thing that is taken. */
  alternatives?: object[];
}
