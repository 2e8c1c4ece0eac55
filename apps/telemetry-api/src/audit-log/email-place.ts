import type { AuditEvent } from '@restartix/contracts';

/** The place of a sealed address: organization, table, column, row. It opens nowhere else. */
export const emailPlace = (event: Pick<AuditEvent, 'organization_id' | 'event_id'>): string =>
  `${event.organization_id}:audit_logs:user_email:${event.event_id}`;
