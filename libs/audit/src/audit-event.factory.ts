import { requireContext } from '@restartix/context';
import {
  PLATFORM_ORGANIZATION,
  type AuditAction,
  type AuditDetails,
  type AuditEvent,
} from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';

/** What a use case says of an event; who, where from and in which request come from the context. */
export interface AuditDraft {
  action: AuditAction;
  resourceType: string;
  resourceId?: string | null;
  patientId?: string | null;
  success?: boolean;
  details?: AuditDetails;
  /** The organization whose log it belongs to, when it is not the active one. */
  organizationId?: number;
}

/**
 * The event of a draft, made in the open context. Its `user_email` is the envelope of the address, as the outbox
 * holds it; it is opened on its way to the audit store.
 */
export function createAuditEvent(draft: AuditDraft): AuditEvent {
  const context = requireContext();
  return {
    event_id: uuidv7(),
    timestamp: new Date().toISOString(),
    organization_id: draft.organizationId ?? context.organizationId ?? PLATFORM_ORGANIZATION,
    user_id: context.actor?.userId ?? null,
    user_email: context.actor?.emailEnvelope ?? null,
    user_role: context.actor?.role ?? 'anonymous',
    action: draft.action,
    resource_type: draft.resourceType,
    resource_id: draft.resourceId ?? null,
    patient_id: draft.patientId ?? null,
    ip_address: context.clientAddress,
    user_agent: context.userAgent,
    request_id: context.requestId,
    success: draft.success ?? true,
    details: draft.details ?? {},
  };
}
