import type { ApiKey, AuditLogEntry, SecurityEvent } from '@restartix/contracts';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import type { Response } from 'supertest';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';

describe('a change of policy', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let admin: Caller;
  let compliance: Caller;

  beforeAll(async () => {
    platform = await startPlatform();
    first = platform.organizations[0]!;
    admin = caller(platform, first.tokens.org_admin);
    compliance = caller(platform, first.tokens.compliance);
  }, 120_000);

  afterAll(() => platform?.stop());

  /** What a request left, as action, thing and changes. */
  async function leftBy(answer: Response, expected = 1) {
    const events = await eventsOf(compliance, requestId(answer), expected);
    return events.map(({ action, resource_type, details }) => [action, resource_type, details.changes]);
  }
  /** Configure events of one kind of thing in the trail, once there are so many. */
  const configured = (resource: string, count: number) =>
    eventually(
      async () =>
        (
          (await compliance.get(`/v1/audit-logs?action=configure&resource_type=${resource}`)).body as {
            data: AuditLogEntry[];
          }
        ).data,
      (events) => events.length >= count,
    );

  it('of settings and feature flags is a configure event that says from what to what', async () => {
    const path = `/v1/organizations/${first.id}/settings`;
    await admin.patch(path, { care_days_after_visit: 20, feature_flags: { ai: false } }).expect(200);
    const body = { care_days_after_visit: 40, feature_flags: { ai: true } };
    const left = await leftBy(await admin.patch(path, body).expect(200), 2);
    expect(left).toContainEqual([
      ...['configure', 'organization_settings'],
      { care_days_after_visit: { old: 20, new: 40 } },
    ]);
    expect(left).toContainEqual(['configure', 'feature_flag', { enabled: { old: false, new: true } }]);
    const stranger = caller(platform, platform.organizations[1]!.tokens.compliance);
    expect(
      (await stranger.get('/v1/audit-logs?action=configure&resource_type=feature_flag')).body.data,
    ).toEqual([]);
  });

  it('is found in the security record too', async () => {
    const body = { label: 'Laboratory', scopes: ['clinic:read'] };
    const made = await admin.post('/v1/api-keys', body).expect(201);
    const [event] = await eventsOf(compliance, requestId(made), 1);
    const found = await eventually(
      async () =>
        (
          (await compliance.get('/v1/security-events?kind=configuration_changed&page_size=100')).body as {
            data: SecurityEvent[];
          }
        ).data.filter(({ event_id }) => event_id === event!.event_id),
      (events) => events.length === 1,
    );
    expect(found[0]).toMatchObject({ resource_type: 'api_key', user_id: first.users.org_admin });
  });

  it('of API keys is one for each that is made, replaced or revoked, and never holds a secret', async () => {
    const body = { label: 'Laboratory', scopes: ['clinic:read'] };
    const { id, key } = (await admin.post('/v1/api-keys', body).expect(201)).body.data as ApiKey & {
      key: string;
    };
    const rotated = await admin.post(`/v1/api-keys/${id}/rotate`, {}).expect(201);
    const left = await leftBy(rotated, 2);
    expect(left.map(([action, thing]) => `${action} ${thing}`)).toEqual(Array(2).fill('configure api_key'));
    const next = (rotated.body as { data: ApiKey }).data.id;
    const revoked = await admin.to('delete', `/v1/api-keys/${next}`).expect(200);
    expect(await leftBy(revoked)).toEqual([
      ['configure', 'api_key', { revoked_at: { new: expect.any(String) } }],
    ]);
    expect(JSON.stringify(await configured('api_key', 4))).not.toContain(key.slice(20));
  });

  it('of what staff may do is one, and that a patient joins is none', async () => {
    const organization = { id: first.identityOrganization };
    const join = async (subject: string, role: string, type = 'created') => {
      const data = { organization, role, public_user_data: { user_id: subject } };
      expect(await platform.tell({ type: `organizationMembership.${type}`, data })).toBe(204);
    };
    for (const subject of ['user_newcomer', 'user_new_patient']) {
      const email_addresses = [{ id: 'idn_1', email_address: `${subject}@clinic.example` }];
      const data = { id: subject, email_addresses, primary_email_address_id: 'idn_1' };
      expect(await platform.tell({ type: 'user.created', data })).toBe(204);
    }
    await join('user_new_patient', 'org:member');
    await join('user_newcomer', 'org:assistant');
    await join('user_newcomer', 'org:admin', 'updated');
    const all = await eventually(
      () => configured('membership', 1),
      (events) => events.some(({ details }) => JSON.stringify(details.changes).includes('"old"')),
    );
    expect(all[0]!.details.changes).toEqual({ role: { old: 'assistant', new: 'org_admin' } });
    expect(JSON.stringify(all.map(({ details }) => details.changes))).not.toContain('"patient"');
    const joined = await eventually(
      async () =>
        (
          (await compliance.get('/v1/audit-logs?action=create&resource_type=membership')).body as {
            data: AuditLogEntry[];
          }
        ).data,
      (events) => events.length > 0,
    );
    expect(joined[0]!.details.changes).toMatchObject({ role: { new: 'patient' } });
  });

  it('that comes with the environment is one of the platform’s log, at the next start and once', async () => {
    const telemetry = await platform.superuser('telemetry');
    const told = () =>
      telemetry.query<{ details: object }>(
        `select details from audit.audit_logs
          where organization_id = 0 and action = 'configure' and resource_type = 'process_policies'
          order by "timestamp"`,
      );
    const restart = async (changes: Record<string, string>) => {
      await platform.kill('coreApi', 'SIGTERM');
      await platform.start('coreApi', changes);
    };
    await restart({});
    await restart({ RATE_LIMIT_EXPORT: '5/300', SESSION_IDLE_MINUTES: '10' });
    const [event] = await eventually(told, (events) => events.length > 0);
    expect(event!.details).toMatchObject({
      changes: {
        RATE_LIMIT_EXPORT: { new: { max: 5, windowMs: 300_000 } },
        SESSION_IDLE_MINUTES: { new: 10 },
      },
    });
    await restart({});
    await admin.get('/v1/clinics').expect(200);
    expect(await told()).toHaveLength(1);
    await telemetry.close();
  }, 60_000);
});
