import type { AuditEvent, AuditLogEntry } from '@restartix/contracts';
import type { AuditLogRow, StoredRow } from './audit-log.row';

/** The event as it was stored, rebuilt from its row: its canonical text is the one its leaf was made from. */
export function storedEvent(row: StoredRow): AuditEvent {
  return {
    event_id: row.event_id,
    timestamp: row.timestamp.toISOString(),
    organization_id: row.organization_id,
    user_id: row.user_id,
    user_email: row.user_email,
    user_role: row.user_role,
    action: row.action,
    resource_type: row.resource_type,
    resource_id: row.resource_id,
    patient_id: row.patient_id,
    ip_address: row.ip_address,
    user_agent: row.user_agent,
    request_id: row.request_id,
    success: row.success,
    details: row.details,
  };
}

/** The entry compliance staff read; `userEmail` is the opened address, or null when it is not to be shown. */
export function auditLogEntry(row: AuditLogRow, userEmail: string | null): AuditLogEntry {
  return {
    ...storedEvent(row),
    user_email: userEmail,
    leaf_index: Number(row.leaf_index),
    leaf_hash: row.leaf_hash.toString('hex'),
  };
}
