import type { Role } from '../platform/roles';

/** Every action word an audit event may carry; there is no other list. */
export const AUDIT_ACTIONS = [
  'view',
  'search',
  'create',
  'update',
  'delete',
  'export',
  'sign',
  'deny',
  'login',
  'logout',
  'step_up',
  'break_glass',
  'impersonate',
  'key_use',
  'configure',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The organization of events that belong to none: the platform log. */
export const PLATFORM_ORGANIZATION = 0;

/** What details may hold: JSON without floating-point numbers, so that its canonical bytes are unambiguous. */
export type AuditDetail = string | number | boolean | null | AuditDetail[] | { [key: string]: AuditDetail };

/** A column before and after a change; health data stays in its envelope on both sides. */
export interface AuditChange {
  old?: AuditDetail;
  new?: AuditDetail;
}

/** Free part of an event. `description`, `failure_reason` and `changes` are the keys with a fixed meaning. */
export interface AuditDetails {
  description?: string;
  failure_reason?: string;
  changes?: Record<string, AuditChange>;
  [key: string]: AuditDetail | Record<string, AuditChange> | undefined;
}

/**
 * The standard event (requirement D175 plus `organization_id`), as it travels over the service channel.
 * `timestamp` is UTC with milliseconds; ids are lower case; `ip_address` has no mask. `user_email` is plain on the
 * channel and an envelope in the store.
 */
export interface AuditEvent {
  event_id: string;
  timestamp: string;
  organization_id: number;
  user_id: string | null;
  user_email: string | null;
  user_role: Role;
  action: AuditAction;
  resource_type: string;
  resource_id: string | null;
  patient_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  request_id: string | null;
  success: boolean;
  details: AuditDetails;
}

/** Most events in one request over the channel. */
export const AUDIT_BATCH_MAX = 500;

/** Body of POST /internal/v1/audit-events. */
export interface AuditIngestRequest {
  events: AuditEvent[];
}

/**
 * What became of one event, answered only after the store's own commit. `stored` and `duplicate` both mean it is
 * safe; `refused` is final and names the field.
 */
export interface AuditIngestResult {
  event_id: string;
  status: 'stored' | 'duplicate' | 'refused';
  reason?: string;
}

/** One result per event, in the order of the request. */
export interface AuditIngestResponse {
  results: AuditIngestResult[];
}
