import { PLATFORM_ORGANIZATION, type AuditEvent } from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { KeyUse } from '../integrity/keyring.service';

/** What this service says of an event of its own. */
export type OwnEvent = Pick<
  AuditEvent,
  'event_id' | 'timestamp' | 'organization_id' | 'action' | 'resource_type' | 'resource_id' | 'details'
>;

/** The standard event of something this service did by itself: no user, no request. */
export const ownEvent = (event: OwnEvent): AuditEvent => ({
  user_id: null,
  user_email: null,
  user_role: 'system',
  patient_id: null,
  ip_address: null,
  user_agent: null,
  request_id: null,
  success: true,
  ...event,
});

/** That a key of this database was opened: the platform's affair, also where it is an organization's actor key. */
export const keyUseEvent = ({ organizationId, kind, id }: KeyUse): OwnEvent => ({
  event_id: uuidv7(),
  timestamp: new Date().toISOString(),
  organization_id: PLATFORM_ORGANIZATION,
  action: 'key_use',
  resource_type: kind,
  resource_id: id,
  details: {
    description:
      kind === 'data_key' ? 'Opened for addresses in the audit log' : 'Opened for actor hashes in analytics',
    ...(kind === 'actor_key' ? { of_organization: organizationId } : {}),
  },
});
