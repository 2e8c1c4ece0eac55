import type { AuditDetail, AuditEvent, MendDeadLetterRequest } from '@restartix/contracts';

/** Who mends, when, and the SHA-256 of the event as it was refused. */
export interface Mending {
  by: string;
  at: string;
  originalSha256: string;
}

const FIELDS = ['resource_type', 'resource_id', 'request_id', 'ip_address', 'user_agent'] as const;

/** Names of what a request wants mended; empty when it asks for nothing. */
export function mendedFields(change: MendDeadLetterRequest): string[] {
  const fields = FIELDS.filter((field) => change[field] !== undefined);
  return [...fields, ...(change.drop_details ?? []).map((name) => `details.${name}`)];
}

/**
 * The event with what was put right, marked as mended: `details.mended` says by whom, when, what, and the hash of the
 * event as it was refused, which stays in the dead letter. Its id, its time, who and whom it is about do not change.
 */
export function mended(event: AuditEvent, change: MendDeadLetterRequest, mending: Mending): AuditEvent {
  const values = Object.fromEntries(
    FIELDS.filter((field) => change[field] !== undefined).map((field) => [field, change[field]]),
  );
  const dropped = new Set(change.drop_details ?? []);
  const kept = Object.entries(event.details).filter(([name]) => !dropped.has(name));
  const earlier = event.details.mended as { fields?: AuditDetail } | undefined;
  const before = Array.isArray(earlier?.fields) ? (earlier.fields as string[]) : [];
  const fields = [...new Set([...before, ...mendedFields(change)])].sort();
  return {
    ...event,
    ...values,
    details: {
      ...Object.fromEntries(kept),
      mended: { at: mending.at, by: mending.by, fields, original_sha256: mending.originalSha256 },
    },
  };
}
