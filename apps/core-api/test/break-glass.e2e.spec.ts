import type { AuditLogEntry, BreakGlass, Patient } from '@restartix/contracts';
import {
  HOURS,
  MINUTES,
  personOf,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';

const PATH = '/v1/break-glass';
const REASON = 'Brought in unconscious after a fall';
/** In the second specialist's care. */
const [TREATED, CLOSED, SUPPORTED, OTHER] = [11, 12, 13, 14];

describe('break-glass', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let specialist: Caller;
  let superadmin: Caller;
  let compliance: Caller;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 18, environment: { coreApi: { STEP_UP_MINUTES: '5' } } });
    [first, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    specialist = signedIn('specialist', 'sess_opener');
    superadmin = operator('sess_operator');
    compliance = caller(platform, first.tokens.compliance);
  }, 120_000);

  afterAll(() => platform?.stop());

  /** Somebody who has just shown a second factor. */
  function signedIn(role: 'specialist' | 'org_admin', sessionId: string): Caller {
    const now = Math.floor(platform.clock.now().getTime() / 1000);
    return caller(
      platform,
      platform.token({ ...personOf(first, role), sessionId, overrides: { iat: now - 2 } }),
    );
  }
  function operator(sessionId: string): Caller {
    const now = Math.floor(platform.clock.now().getTime() / 1000);
    const subject = platform.superadminSubject;
    return caller(platform, platform.token({ subject, sessionId, overrides: { iat: now - 2 } }));
  }
  const record = (patient: number, organization = first) => `/v1/patients/${organization.patients[patient]}`;
  const statusOf = async (who: Caller, patient: number) => (await who.get(record(patient))).status;
  const open = (who: Caller, patient: number, fields: object = {}) =>
    who.post(PATH, {
      patient_id: first.patients[patient],
      purpose: 'emergency',
      reason: REASON,
      minutes: 30,
      ...fields,
    });
  const support = () => ({
    purpose: 'support_ticket',
    reason: 'Ticket 4711: no mail',
  });
  const messagesOf = async (session: string) => {
    const main = await platform.superuser('main');
    const rows = await main.query<{ patient: string | null; user: string | null; organization: number }>(
      `select recipient_patient_id as patient, recipient_user_id as "user", organization_id as organization
         from messages where template = 'break_glass.opened' and dedupe_key like $1 order by 1 nulls last`,
      [`break_glass.opened:${session}:%`],
    );
    await main.close();
    return rows;
  };

  it('opens one record to a specialist, tells the patient and compliance, and marks every look', async () => {
    expect(await statusOf(specialist, TREATED)).toBe(404);
    const answer = await open(specialist, TREATED);
    expect(answer.status).toBe(201);
    const { id, state } = answer.body.data as BreakGlass;
    expect(state).toBe('open');
    expect(await messagesOf(id)).toEqual([
      { patient: first.patients[TREATED], user: null, organization: first.id },
      { patient: null, user: first.users.compliance, organization: first.id },
    ]);
    const events = await eventsOf(compliance, requestId(answer), 4);
    expect(events.find(({ action }) => action === 'break_glass')).toMatchObject({
      ...{ user_id: first.users.specialist, patient_id: first.patients[TREATED], resource_type: 'patient' },
      details: { break_glass: id, purpose: 'emergency' },
    });
    expect(JSON.stringify(events)).not.toContain(REASON);

    const looked = await specialist.get(record(TREATED)).expect(200);
    const own = await specialist.get(record(0)).expect(200);
    const details = async (response: typeof looked) =>
      ((await eventsOf(compliance, requestId(response), 1))[0] as AuditLogEntry).details;
    expect(await details(looked)).toMatchObject({ break_glass: id });
    expect(await details(own)).not.toHaveProperty('break_glass');
    const listed = (await specialist.get('/v1/patients?page_size=100').expect(200)).body.data as Patient[];
    expect(listed).toHaveLength(11);

    await specialist.patch(record(TREATED), { phone: '+40799000111' }).expect(404);
    expect(await statusOf(specialist, OTHER)).toBe(404);
    expect((await open(specialist, TREATED)).status).toBe(409);
    expect((await open(specialist, 0)).status).toBe(409);
  });

  it('is of one session, not of all of the same person', async () => {
    expect(await statusOf(specialist, TREATED)).toBe(200);
    expect(await statusOf(signedIn('specialist', 'sess_elsewhere'), TREATED)).toBe(404);
  });

  it('ends with its time', async () => {
    platform.clock.advance(25 * MINUTES);
    expect(await statusOf(specialist, TREATED)).toBe(200);
    platform.clock.advance(5 * MINUTES);
    expect(await statusOf(specialist, TREATED)).toBe(404);
  });

  it('needs a fresh second factor, a purpose of the role and a reason', async () => {
    const stale = await open(specialist, CLOSED);
    expect([stale.status, stale.body.code]).toEqual([403, 'step_up_required']);
    specialist = signedIn('specialist', 'sess_opener');
    const faulty = async (fields: object) =>
      ((await open(specialist, CLOSED, fields).expect(400)).body as { errors: { field: string }[] })
        .errors[0]!.field;
    const purpose = await open(specialist, CLOSED, { purpose: 'support_ticket' });
    expect([purpose.status, purpose.body.errors[0].field]).toEqual([403, 'purpose']);
    expect(await faulty({ reason: 'because' })).toBe('reason');
    expect(await faulty({ minutes: 61 })).toBe('minutes');
    expect((await open(signedIn('org_admin', 'sess_admin'), CLOSED)).status).toBe(403);
    expect((await open(specialist, CLOSED, { patient_id: second.patients[0] })).status).toBe(404);
  });

  it('is closed before its time by who opened it', async () => {
    const { id } = (await open(specialist, CLOSED).expect(201)).body.data as BreakGlass;
    expect(await statusOf(specialist, CLOSED)).toBe(200);
    await specialist.post(`${PATH}/${id}/close`, {}).expect(200);
    expect(await statusOf(specialist, CLOSED)).toBe(404);
    await specialist.post(`${PATH}/${id}/close`, {}).expect(409);
  });

  it('shows a superadmin exactly the record that was opened, in exactly one organization', async () => {
    superadmin = operator('sess_operator');
    expect(await statusOf(superadmin, SUPPORTED)).toBe(403);
    expect((await open(superadmin, SUPPORTED)).status).toBe(403);
    const nowhere = { ...support(), patient_id: '01900000-0000-7000-8000-000000000000' };
    expect((await open(superadmin, SUPPORTED, nowhere)).status).toBe(404);
    const answer = await open(superadmin, SUPPORTED, support());
    expect(answer.status).toBe(201);
    const { id, user_id } = answer.body.data as BreakGlass;
    expect(await messagesOf(id)).toHaveLength(2);
    const looked = await superadmin.get(record(SUPPORTED)).expect(200);
    expect(looked.body.data).toHaveProperty('date_of_birth');
    const [event] = await eventsOf(compliance, requestId(looked), 1);
    expect(event).toMatchObject({
      ...{ user_id, user_role: 'superadmin', organization_id: first.id, details: { break_glass: id } },
    });
    const listed = (await superadmin.get('/v1/patients').expect(200)).body.data as Patient[];
    expect(listed.map((patient) => patient.id)).toEqual([first.patients[SUPPORTED]]);
    expect(await statusOf(superadmin, OTHER)).toBe(404);
    expect((await superadmin.get(record(0, second))).status).toBe(404);
    expect((await superadmin.patch(record(SUPPORTED), { phone: '+40799000111' })).status).toBe(403);
    for (const closed of [
      '/v1/appointments',
      '/v1/audit-logs',
      '/v1/care-relationships',
      '/v1/security-events',
    ])
      await superadmin.get(closed).expect(403);
    const elsewhere = { ...support(), patient_id: second.patients[0] };
    expect((await open(superadmin, 0, elsewhere)).status).toBe(409);
    expect(await statusOf(operator('sess_operator_two'), SUPPORTED)).toBe(403);
    platform.clock.advance(30 * MINUTES);
    expect(await statusOf(superadmin, SUPPORTED)).toBe(403);
  });

  it('waits in the queue of compliance until two people have looked at it', async () => {
    const queue = async (state: string) =>
      (await compliance.get(`${PATH}?review=${state}&page_size=100`).expect(200)).body.data as BreakGlass[];
    const due = await queue('due');
    expect(due).toHaveLength(3);
    const [{ id, reason }] = due.filter(({ patient_id }) => patient_id === first.patients[TREATED]) as [
      BreakGlass,
    ];
    expect(reason).toBe(REASON);
    const verdict = { verdict: 'justified', note: 'Read the notes of the ward' };
    const answer = await compliance.post(`${PATH}/${id}/review`, verdict).expect(200);
    expect(answer.body.data).toMatchObject({
      review: 'due',
      reviews: [{ ...verdict, reviewed_by: first.users.compliance }],
    });
    expect((await compliance.post(`${PATH}/${id}/review`, verdict)).status).toBe(409);
    expect(await queue('reviewed')).toEqual([]);
    const main = await platform.superuser('main');
    await main.query(`update user_organizations set role = 'compliance' where user_id = $1`, [
      first.users.org_admin,
    ]);
    await main.close();
    const person = { ...personOf(first, 'org_admin'), sessionId: 'sess_second_reviewer' };
    const colleague = caller(platform, platform.token({ ...person, secondFactor: 'hardware_key' }));
    await colleague.post(`${PATH}/${id}/review`, { ...verdict, verdict: 'unjustified' }).expect(200);
    expect((await queue('reviewed')).map((one) => [one.id, one.reviews.length])).toEqual([[id, 2]]);
    platform.clock.advance(24 * HOURS);
    expect(await queue('due')).toEqual([]);
    expect(await queue('overdue')).toHaveLength(2);
    const stranger = caller(platform, second.tokens.compliance);
    await stranger.get(`${PATH}/${id}`).expect(404);
    await stranger.post(`${PATH}/${id}/review`, verdict).expect(404);
    expect((await specialist.post(`${PATH}/${id}/review`, verdict)).status).toBe(403);
    const seen = (await specialist.get(`${PATH}/${id}`).expect(200)).body.data as BreakGlass;
    expect([seen.reason, seen.reviews]).toEqual([REASON, []]);
    for (const { id: late } of await queue('overdue'))
      for (const who of [compliance, colleague])
        await who.post(`${PATH}/${late}/review`, verdict).expect(200);
  });

  it('is an alert while an organization has one that was not looked at for a day, and none afterwards', async () => {
    const alerts = async () => {
      const metrics = await (await fetch(platform.metrics.coreApi)).text();
      const line = /^alerts_open\{code="break_glass_review_overdue",severity="error"\} (\d+)$/m.exec(metrics);
      return Number(line?.[1] ?? 0);
    };
    const theirs = caller(platform, second.tokens.compliance);
    const isLate = async (who: Caller) =>
      Number((await who.get(`${PATH}?review=overdue`).expect(200)).body.meta.total > 0);
    const others = await isLate(theirs);
    await eventually(alerts, (count) => count === others, 40_000);
    const late = (await open(signedIn('specialist', 'sess_late'), OTHER).expect(201)).body.data as BreakGlass;
    platform.clock.advance(24 * HOURS - MINUTES);
    expect(await isLate(compliance)).toBe(0);
    platform.clock.advance(MINUTES);
    expect(await isLate(compliance)).toBe(1);
    await eventually(alerts, (count) => count === others + 1, 40_000);
    const person = { ...personOf(first, 'org_admin'), sessionId: 'sess_third_reviewer' };
    const colleague = caller(platform, platform.token({ ...person, secondFactor: 'hardware_key' }));
    const verdict = { verdict: 'justified', note: 'Read the notes of the ward' };
    for (const who of [compliance, colleague])
      await who.post(`${PATH}/${late.id}/review`, verdict).expect(200);
    await eventually(alerts, (count) => count === others, 40_000);
  }, 150_000);
});
