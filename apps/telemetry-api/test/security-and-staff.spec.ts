import type {
  AuditEvent,
  ListResponse,
  SecurityAlert,
  SecurityAlertResponse,
  SecurityEvent,
  StaffActivity,
} from '@restartix/contracts';
import { v7 as uuidv7 } from 'uuid';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let instances: Instance[];

beforeAll(async () => {
  telemetry = await Telemetry.create();
  instances = [await telemetry.start(), await telemetry.start()];
});
afterAll(() => telemetry.stop());

const one = () => instances[0] as Instance;
const list = async <T>(what: string, organization_id: number, filters: object = {}) =>
  (
    await one().channel.post<ListResponse<T>>(`/internal/v1/${what}/search`, {
      organization_id,
      filters,
      page_size: 100,
      before: null,
    })
  ).items;
const securityEvents = (organization: number, filters?: object) =>
  list<SecurityEvent>('security-events', organization, filters);
const alerts = (organization: number) => list<SecurityAlert>('security-alerts', organization);
const activity = (organization: number) => list<StaffActivity>('staff-activity', organization);

const taken = async (organization: number, count: number): Promise<void> => {
  for (;;) {
    // The platform's log also holds what the service itself did: all of it must have been taken.
    const [row] = await telemetry.sql<{ position: string; size: number }>(
      `select position, (select count(*)::int from integrity.leaves where organization_id = $1) as size
       from integrity.projections where organization_id = $1`,
      [organization],
    );
    const position = Number(row?.position ?? 0);
    if (position >= count && position === row?.size) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const failed = (fields: Partial<AuditEvent>) =>
  auditEvent({ action: 'login', success: false, patient_id: null, resource_type: 'session', ...fields });

it('counts a scripted day of staff exactly, once, and nothing of patients or of another organization', async () => {
  const [ana, ben, patient] = [uuidv7(), uuidv7(), uuidv7()];
  const at = (time: string) => `2026-03-0${time}Z`;
  const script = [
    auditEvent({ user_id: ana, timestamp: at('1T08:00:00.000') }),
    auditEvent({ user_id: ana, timestamp: at('1T16:30:00.000') }),
    auditEvent({ user_id: ana, timestamp: at('1T23:59:59.999') }),
    auditEvent({ user_id: ana, timestamp: at('2T00:00:00.000') }),
    auditEvent({ user_id: ana, timestamp: at('2T09:00:00.000'), action: 'update' }),
    auditEvent({ user_id: ben, timestamp: at('1T10:00:00.000'), user_role: 'assistant', action: 'search' }),
    auditEvent({ user_id: patient, user_role: 'patient' }),
    auditEvent({ user_id: null, user_role: 'system' }),
  ];
  await ingest(one(), script.slice(0, 5));
  await Promise.all(instances.map((instance) => ingest(instance, script)));
  await taken(1, script.length);
  const seen = (await activity(1)).map((row) => [
    ...[row.user_id, row.user_role, row.day, row.activity, row.resource_type, row.count],
    ...[row.first_at, row.last_at],
  ]);
  expect(seen).toEqual([
    [ana, 'specialist', '2026-03-02', 'update', 'patient', 1, at('2T09:00:00.000'), at('2T09:00:00.000')],
    [ana, 'specialist', '2026-03-02', 'view', 'patient', 1, at('2T00:00:00.000'), at('2T00:00:00.000')],
    [ana, 'specialist', '2026-03-01', 'view', 'patient', 3, at('1T08:00:00.000'), at('1T23:59:59.999')],
    [ben, 'assistant', '2026-03-01', 'search', 'patient', 1, at('1T10:00:00.000'), at('1T10:00:00.000')],
  ]);
  expect(await activity(2)).toEqual([]);
  await expect(
    telemetry.sql(
      `insert into staff.staff_activity (activity_id, organization_id, user_id, user_role, activity, resource_type,
         day, first_at, last_at, event_count) values (gen_random_uuid(), 1, $1, 'patient', 'view', 'patient', now(), now(), now(), 1)`,
      [patient],
    ),
  ).rejects.toMatchObject({ code: '23514' });
});

it('keeps what bears on security under the id of its audit event, and no more', async () => {
  const events = [
    failed({ organization_id: 3, details: { failure_reason: 'wrong_code' } }),
    auditEvent({
      organization_id: 3,
      action: 'deny',
      success: false,
      details: { failure_reason: 'forbidden', status: 403 },
    }),
    auditEvent({
      organization_id: 3,
      action: 'deny',
      success: false,
      details: { failure_reason: 'belongs_to_another_organization', status: 404 },
    }),
    auditEvent({ organization_id: 3, action: 'deny', success: false, details: { status: 503 } }),
    auditEvent({
      organization_id: 3,
      action: 'key_use',
      resource_type: 'organization_key',
      user_role: 'system',
    }),
    auditEvent({ organization_id: 3 }),
  ];
  await ingest(one(), events);
  await ingest(one(), events);
  await taken(3, events.length);
  const seen = await securityEvents(3);
  const byId = new Map(seen.map((event) => [event.event_id, event]));
  expect(byId.size).toBe(4);
  expect(byId.get(events[0]!.event_id)).toMatchObject({
    kind: 'sign_in_failed',
    severity: 'low',
    reason: 'wrong_code',
    ip_address: '203.0.113.7',
    user_id: events[0]!.user_id,
  });
  expect(byId.get(events[1]!.event_id)).toMatchObject({ kind: 'access_denied', severity: 'low' });
  expect(byId.get(events[2]!.event_id)).toMatchObject({ kind: 'access_denied', severity: 'medium' });
  expect(byId.get(events[4]!.event_id)).toMatchObject({ kind: 'key_use', resource_type: 'organization_key' });
  expect(JSON.stringify(seen)).not.toContain(events[0]!.patient_id ?? '@clinic');
  expect(await securityEvents(3, { kind: 'key_use' })).toHaveLength(1);
  expect(await securityEvents(2)).toEqual([]);
  await expect(telemetry.sql('delete from security.security_events')).rejects.toMatchObject({
    code: '42501',
  });
});

it('raises one alert for ten failed sign-ins of an address, counts on, and lets compliance acknowledge it', async () => {
  const attack = (count: number) =>
    Array.from({ length: count }, () =>
      failed({ organization_id: 4, user_id: uuidv7(), ip_address: '198.51.100.9' }),
    );
  await ingest(one(), [...attack(9), failed({ organization_id: 4, ip_address: '198.51.100.10' })]);
  await taken(4, 10);
  expect(await alerts(4)).toEqual([]);
  await ingest(one(), attack(1));
  await taken(4, 11);
  const [alert, ...others] = await alerts(4);
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    rule: 'brute_force',
    severity: 'high',
    status: 'open',
    subject: 'address:198.51.100.9',
    event_count: 10,
  });
  await ingest(instances[1] as Instance, attack(5));
  await taken(4, 16);
  expect(await alerts(4)).toMatchObject([{ id: alert!.id, event_count: 15 }]);

  const acknowledge = (organization_id: number, user_id: string) =>
    one().channel.post<SecurityAlertResponse>('/internal/v1/security-alerts/acknowledge', {
      organization_id,
      id: alert!.id,
      user_id,
    });
  const [officer, stranger] = [uuidv7(), uuidv7()];
  expect(await acknowledge(5, stranger)).toEqual({ alert: null });
  expect(await acknowledge(4, officer)).toMatchObject({
    alert: { status: 'acknowledged', acknowledged_by: officer },
  });
  expect(await acknowledge(4, stranger)).toMatchObject({ alert: { acknowledged_by: officer } });
  expect(await alerts(5)).toEqual([]);
});

it('counts refusals of nobody by their number, and denials of one user', async () => {
  const user = uuidv7();
  const denials = Array.from({ length: 20 }, () =>
    auditEvent({
      organization_id: 6,
      user_id: user,
      action: 'deny',
      success: false,
      details: { status: 403 },
    }),
  );
  await ingest(one(), [
    auditEvent({
      organization_id: 0,
      user_id: null,
      user_role: 'anonymous',
      action: 'deny',
      success: false,
      ip_address: '192.0.2.33',
      details: { failure_reason: 'unauthenticated', count: 12 },
    }),
    ...denials,
  ]);
  await taken(6, 20);
  // The platform log has events of the service itself, too.
  while ((await alerts(0)).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await alerts(0)).toMatchObject([{ subject: 'address:192.0.2.33', event_count: 12 }]);
  expect(await alerts(6)).toMatchObject([
    { rule: 'repeated_denials', subject: `user:${user}`, severity: 'medium', event_count: 20 },
  ]);
});

it('lets an alert end that has been quiet for an hour; what comes then is a new one', async () => {
  await telemetry.sql(
    `update security.security_alerts set last_event_at = now() - interval '2 hours', raised_at = now() - interval '2 hours'
     where organization_id = 4`,
  );
  const again = Array.from({ length: 10 }, () =>
    failed({ organization_id: 4, user_id: uuidv7(), ip_address: '198.51.100.11' }),
  );
  await ingest(one(), again);
  await taken(4, 26);
  const statuses = (await alerts(4)).map(({ subject, status }) => [subject, status]);
  expect(statuses).toEqual([
    ['address:198.51.100.11', 'open'],
    ['address:198.51.100.9', 'resolved'],
  ]);
});
