import type { AuditEvent, IssuedApiKey } from '@restartix/contracts';
import type { Platform, ProvisionedOrganization } from '@restartix/testing';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../api';

/** An event of the organization that the audit store has refused; answers its id. */
export async function refusedEventOf(
  platform: Platform,
  { id }: Pick<ProvisionedOrganization, 'id'>,
  fields: Partial<AuditEvent> = {},
): Promise<string> {
  const event = {
    event_id: uuidv7(),
    timestamp: new Date().toISOString(),
    organization_id: id,
    user_id: null,
    user_email: null,
    user_role: 'system',
    action: 'view',
    resource_type: 'Organization!',
    resource_id: String(id),
    patient_id: null,
    ip_address: null,
    user_agent: null,
    request_id: null,
    success: true,
    details: {},
    ...fields,
  };
  const main = await platform.superuser('main');
  try {
    await main.query(
      `insert into audit_dead_letters (position, organization_id, event, created_at, reason)
       values (nextval(pg_get_serial_sequence('audit_outbox', 'position')), $1, $2::jsonb, now(), 'resource_type has the wrong form')`,
      [id, JSON.stringify(event)],
    );
  } finally {
    await main.close();
  }
  return event.event_id;
}

/** An open security alert of the organization; answers its id. */
export async function securityAlertOf(
  platform: Platform,
  { id }: Pick<ProvisionedOrganization, 'id'>,
): Promise<string> {
  const alertId = uuidv7();
  const telemetry = await platform.superuser('telemetry');
  try {
    await telemetry.query(
      `insert into security.security_alerts
         (alert_id, organization_id, rule, severity, subject, first_event_at, last_event_at)
       values ($1, $2, 'brute_force', 'high', $3, now(), now())`,
      [alertId, id, `spec:${alertId}`],
    );
  } finally {
    await telemetry.close();
  }
  return alertId;
}

/** How often the generated specs name a key, as its owner or as anybody else. */
const KEYS = 4;

/** API keys of the organization, of which each rotation and each revocation uses one up. */
export async function apiKeysOf(
  platform: Platform,
  { tokens }: Pick<ProvisionedOrganization, 'tokens'>,
): Promise<{ toRotate: string[]; toRevoke: string[] }> {
  const admin = caller(platform, tokens.org_admin);
  const make = async () => {
    const body = { label: 'Named by examples', scopes: ['patient:read'] };
    return (await admin.post('/v1/api-keys', body).expect(201)).body.data as IssuedApiKey;
  };
  const ids = async () => (await Promise.all(Array.from({ length: KEYS }, make))).map(({ id }) => id);
  return { toRotate: await ids(), toRevoke: await ids() };
}
