import { requireContext, type Actor } from '@restartix/context';
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

/** Who acts before anyone is identified. */
const NOBODY: Actor = { userId: null, role: 'anonymous', emailEnvelope: null, sessionId: null };

/**
 * The event of a draft, made in the open context. Its `user_email` is the envelope of the address, as the outbox
 * holds it; it is opened on its way to the audit store.
 */
export function createAuditEvent(draft: AuditDraft): AuditEvent {
  const { actor, organizationId, clientAddress, userAgent, requestId } = requireContext();
  const { details, breakGlass, impersonation, ...self } = actor ?? NOBODY;
  const { userId, emailEnvelope, role } = impersonation?.by ?? self;
  return {
    event_id: uuidv7(),
    timestamp: new Date().toISOString(),
    organization_id: draft.organizationId ?? organizationId ?? PLATFORM_ORGANIZATION,
    user_id: userId,
    user_email: emailEnvelope,
    user_role: role,
    action: draft.action,
    resource_type: draft.resourceType,
    ip_address: clientAddress,
    user_agent: userAgent,
    request_id: requestId,
    ...subjectOf(draft, { ...details, ...openedBy(draft.patientId, breakGlass) }),
  };
}

/** By which break-glass the patient's record is open, if it is. */
function openedBy(
  patientId: string | null | undefined,
  grants: Actor['breakGlass'] = [],
): NonNullable<Actor['details']> {
  const grant = patientId ? grants.find((one) => one.patientId === patientId) : undefined;
  return grant ? { break_glass: grant.id } : {};
}

/** What an event is about and how it went, with what a draft may leave out. */
function subjectOf(
  { resourceId = null, patientId = null, success = true, details = {} }: AuditDraft,
  ofActor: Actor['details'] = {},
) {
  return { resource_id: resourceId, patient_id: patientId, success, details: { ...details, ...ofActor } };
}
