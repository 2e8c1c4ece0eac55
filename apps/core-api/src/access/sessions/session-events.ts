import { createAuditEvent } from '@restartix/audit';
import { PLATFORM_ORGANIZATION, type AuditEvent } from '@restartix/contracts';
import type { SessionEnd } from '@restartix/tenancy';
import type { EndedSession } from './sessions.repository';

/** Someone signed in. The request that shows it first is not its cause, so it is none of that request's events. */
export function signInEvent(
  session: EndedSession & { factors: readonly string[] },
  user: Pick<AuditEvent, 'user_email' | 'user_role'>,
): AuditEvent {
  const details = { factors: [...session.factors] };
  const event = createAuditEvent({ action: 'login', resourceType: 'session', details });
  return { ...event, ...user, ...about(session), user_id: session.user_id, request_id: null };
}

/** Sessions the system ended by a rule, or because the provider did. */
export function endEvents(ended: readonly EndedSession[], reason: SessionEnd): AuditEvent[] {
  return ended.map((session) => {
    const event = createAuditEvent({ action: 'logout', resourceType: 'session', details: { reason } });
    return { ...event, ...about(session), user_id: session.user_id, request_id: null };
  });
}

/** An event of a session belongs to the log of the organization it began in. */
const about = ({ id, organization_id }: EndedSession) => ({
  resource_id: id,
  organization_id: organization_id ?? PLATFORM_ORGANIZATION,
});
