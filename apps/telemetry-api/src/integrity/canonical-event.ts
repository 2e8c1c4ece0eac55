import type { AuditEvent } from '@restartix/contracts';
import { CanonicalError, canonicalJson } from '@restartix/crypto';

/** Numbers, flags and texts of a checked form, and null: their JSON is canonical as it is. */
const plain = JSON.stringify;

/** Levels around an event where it is read: the line of an export. */
const AROUND_EVENT = 1;

/** Free text and details: checked for what no store keeps exactly, and no verifier reads. */
const free = (value: unknown): string => canonicalJson(value, AROUND_EVENT + 1);

/**
 * RFC 8785 canonical JSON of an event as stored: the same text as canonicalJson(event), written out field by field in
 * the order of their names, because this runs for every event of every batch. Throws CanonicalError naming the path
 * of a value no store keeps exactly.
 */
export function canonicalEvent(event: AuditEvent): string {
  try {
    return (
      `{"action":${plain(event.action)},"details":${free(event.details)},"event_id":${plain(event.event_id)},` +
      `"ip_address":${plain(event.ip_address)},"organization_id":${plain(event.organization_id)},` +
      `"patient_id":${plain(event.patient_id)},"request_id":${free(event.request_id)},` +
      `"resource_id":${free(event.resource_id)},"resource_type":${plain(event.resource_type)},` +
      `"success":${plain(event.success)},"timestamp":${plain(event.timestamp)},` +
      `"user_agent":${free(event.user_agent)},"user_email":${plain(event.user_email)},` +
      `"user_id":${plain(event.user_id)},"user_role":${plain(event.user_role)}}`
    );
  } catch (error) {
    if (error instanceof CanonicalError) return canonicalJson(event, AROUND_EVENT); // throws the same with the whole path
    throw error;
  }
}
