import type { AuditLogEntry, SecurityAlert, SecurityEvent, StaffActivity } from '@restartix/contracts';
import { personOf, startPlatform, type Platform } from '@restartix/testing';
import { caller, eventually, eventsOf, requestId, type Caller } from './api';
import { securityAlertOf } from './generated/things';

describe('security events, alerts and staff activity', () => {
  let platform: Platform;
  let compliance: Caller;
  let stranger: Caller;

  beforeAll(async () => {
    platform = await startPlatform();
    [compliance, stranger] = platform.organizations.map(({ tokens }) =>
      caller(platform, tokens.compliance),
    ) as [Caller, Caller];
  }, 120_000);

  afterAll(() => platform?.stop());

  const first = () => platform.organizations[0]!;
  const page = async <T>(who: Caller, path: string) =>
    (await who.get(path).expect(200)).body as { data: T[]; meta: { next_cursor: string | null } };

  it('show compliance what a specialist was denied and did, and the other organization nothing of it', async () => {
    const specialist = caller(platform, first().tokens.specialist);
    const foreign = platform.organizations[1]!.patients[0]!;
    await specialist.get(`/v1/patients/${foreign}`).expect(404);
    for (let times = 0; times < 3; times += 1)
      await specialist.get(`/v1/patients/${first().patients[1]}`).expect(200);
    const user = first().users.specialist;
    const denied = await eventually(
      () => page<SecurityEvent>(compliance, `/v1/security-events?kind=access_denied&user_id=${user}`),
      ({ data }) => data.length === 1,
    );
    expect(denied.data[0]).toMatchObject({
      severity: 'medium',
      reason: 'belongs_to_another_organization',
      count: 1,
    });
    const trail = await compliance.get(`/v1/audit-logs/${denied.data[0]!.event_id}`).expect(200);
    expect((trail.body as { data: AuditLogEntry }).data.action).toBe('deny');
    const did = await eventually(
      () => page<StaffActivity>(compliance, `/v1/staff-activity?user_id=${user}`),
      ({ data }) => data.some(({ activity, count }) => activity === 'view' && count >= 3),
    );
    expect(new Set(did.data.map(({ user_role }) => user_role))).toEqual(new Set(['specialist']));
    for (const path of ['/v1/security-events', '/v1/staff-activity']) {
      expect((await page(stranger, `${path}?user_id=${user}`)).data).toEqual([]);
    }
    expect(
      (await page<StaffActivity>(compliance, `/v1/staff-activity?user_id=${first().users.patient}`)).data,
    ).toEqual([]);
  });

  it('are read in pages whose cursors open no other list', async () => {
    const path = '/v1/security-events?kind=key_use&page_size=1';
    await securityAlertOf(platform, first());
    await securityAlertOf(platform, first());
    const one = await page<SecurityAlert>(compliance, '/v1/security-alerts?page_size=1');
    expect(one.meta.next_cursor).not.toBeNull();
    const cursor = encodeURIComponent(one.meta.next_cursor ?? '');
    const two = await page<SecurityAlert>(compliance, `/v1/security-alerts?page_size=1&cursor=${cursor}`);
    expect(two.data[0]!.id).not.toBe(one.data[0]!.id);
    await stranger.get(`/v1/security-alerts?page_size=1&cursor=${cursor}`).expect(400);
    await compliance.get(`/v1/security-alerts?status=open&cursor=${cursor}`).expect(400);
    await compliance.get(`${path}&cursor=${cursor}`).expect(400);
  });

  it('let compliance acknowledge an alert of their organization, once, with its event', async () => {
    const id = await securityAlertOf(platform, first());
    await stranger.post(`/v1/security-alerts/${id}/acknowledge`, {}).expect(404);
    const answer = await compliance.post(`/v1/security-alerts/${id}/acknowledge`, {}).expect(200);
    expect(answer.body.data).toMatchObject({
      id,
      status: 'acknowledged',
      acknowledged_by: first().users.compliance,
    });
    expect(await eventsOf(compliance, requestId(answer), 1)).toMatchObject([
      { action: 'update', resource_type: 'security_alert', resource_id: id },
    ]);
    const open = await page<SecurityAlert>(compliance, '/v1/security-alerts?status=acknowledged');
    expect(open.data.map((alert) => alert.id)).toEqual([id]);
  });

  it('flag a session that begins where its user cannot be yet, to compliance of that organization', async () => {
    const organization = first();
    const user = organization.users.assistant;
    const signInFrom = async (address: string, sessionId: string) => {
      const token = platform.token({ ...personOf(organization, 'assistant'), sessionId });
      await caller(platform, token).get('/v1/me').set('x-forwarded-for', address).expect(200);
    };
    await signInFrom('81.2.69.145', 'sess_london');
    await signInFrom('216.160.83.57', 'sess_seattle');
    const flagged = await eventually(
      () => page<SecurityEvent>(compliance, `/v1/security-events?kind=impossible_travel&user_id=${user}`),
      ({ data }) => data.length > 0,
    );
    expect(flagged.data).toMatchObject([
      { severity: 'high', ip_address: '216.160.83.57', reason: '7707 km in 0 minutes' },
    ]);
    const { data } = await page<SecurityAlert>(compliance, '/v1/security-alerts?status=open');
    expect(data.filter(({ rule }) => rule === 'impossible_travel')).toMatchObject([
      { subject: `user:${user}` },
    ]);
    expect((await page(stranger, '/v1/security-events?kind=impossible_travel')).data).toEqual([]);
  });
});
