import type { CareRelationship, Patient } from '@restartix/contracts';
import { HOURS, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

const PATH = '/v1/care-relationships';
/** Those of the specialist's ten patients that each test has for itself. */
const [HANDED, SHARED, ENDED] = [2, 3, 5];
/** Of those of the other specialist. */
const [LIMITED, PLANNED, TAKEN] = [11, 12, 13];

describe('care', () => {
  let platform: Platform;
  let first: ProvisionedOrganization;
  let admin: Caller;
  let specialist: Caller;
  /** The second specialist, who has a login too. */
  let colleague: Caller;
  let compliance: Caller;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 16 });
    first = platform.organizations[0]!;
    const { tokens, slug, identityOrganization } = first;
    admin = caller(platform, tokens.org_admin);
    specialist = caller(platform, tokens.specialist);
    compliance = caller(platform, tokens.compliance);
    const organization = { id: identityOrganization, slug, role: 'specialist' };
    colleague = caller(
      platform,
      platform.token({ subject: `user_${slug}_specialist_two`, organization, sessionId: 'sess_colleague' }),
    );
  }, 120_000);

  afterAll(() => platform?.stop());

  const sees = async (who: Caller, patient: number) =>
    (await who.get(`/v1/patients/${first.patients[patient]}`)).status === 200;
  const careOf = async (patient: number, state = 'active') =>
    (await admin.get(`${PATH}?patient_id=${first.patients[patient]}&state=${state}`).expect(200)).body
      .data as CareRelationship[];
  const ahead = (milliseconds: number) =>
    new Date(platform.clock.now().getTime() + milliseconds).toISOString();
  const assign = (who: Caller, patient: number, to: 0 | 1, period: object = {}) =>
    who.post(PATH, { patient_id: first.patients[patient], specialist_id: first.specialists[to], ...period });

  it('is handed over in one unit: the new one opens as the old one closes, and both stay on record', async () => {
    const [open] = await careOf(HANDED);
    expect([await sees(specialist, HANDED), await sees(colleague, HANDED)]).toEqual([true, false]);
    const answer = await specialist.post(`${PATH}/${open!.id}/hand-over`, {
      specialist_id: first.specialists[1],
    });
    expect(answer.status).toBe(200);
    expect([await sees(specialist, HANDED), await sees(colleague, HANDED)]).toEqual([false, true]);
    const now = answer.body.data as CareRelationship;
    expect(now).toMatchObject({
      ...{ reason: 'hand_over', state: 'active', from_relationship_id: open!.id, expires_at: null },
      specialist_id: first.specialists[1],
    });
    expect((await careOf(HANDED, 'closed'))[0]).toMatchObject({
      ...{ id: open!.id, closed_reason: 'hand_over', closed_at: now.opened_at },
    });
    const events = await eventsOf(compliance, requestId(answer), 2);
    expect(events.map(({ action, user_id, patient_id }) => [action, user_id, patient_id]).sort()).toEqual([
      ['create', first.users.specialist, first.patients[HANDED]],
      ['update', first.users.specialist, first.patients[HANDED]],
    ]);
    await specialist
      .post(`${PATH}/${open!.id}/hand-over`, { specialist_id: first.specialists[1] })
      .expect(409);
  });

  it('that fails to be handed over stays where it was', async () => {
    const [open] = await careOf(SHARED);
    await assign(admin, SHARED, 1).expect(201);
    const path = `${PATH}/${open!.id}/hand-over`;
    await specialist.post(path, { specialist_id: first.specialists[1] }).expect(409);
    await specialist.post(path, { specialist_id: platform.organizations[1]!.specialists[0] }).expect(404);
    expect(await sees(specialist, SHARED)).toBe(true);
    expect((await careOf(SHARED)).length).toBe(2);
  });

  it('with a limit ends by itself, for records and keys alike, and can be opened anew', async () => {
    expect(await sees(specialist, LIMITED)).toBe(false);
    const answer = await assign(admin, LIMITED, 0, { expires_at: ahead(2 * HOURS) });
    expect(answer.status).toBe(201);
    expect(await sees(specialist, LIMITED)).toBe(true);
    platform.clock.advance(2 * HOURS - 1000);
    expect(await sees(specialist, LIMITED)).toBe(true);
    platform.clock.advance(1000);
    expect(await sees(specialist, LIMITED)).toBe(false);
    const listed = (await specialist.get('/v1/patients?page_size=100')).body.data as Patient[];
    expect(listed.map(({ id }) => id)).not.toContain(first.patients[LIMITED]);
    const { id } = answer.body.data as CareRelationship;
    expect((await specialist.get(`${PATH}/${id}`).expect(200)).body.data).toMatchObject({ state: 'expired' });
    await specialist.post(`${PATH}/${id}/close`, {}).expect(409);
    await assign(admin, LIMITED, 0).expect(201);
    expect(await sees(specialist, LIMITED)).toBe(true);
  });

  it('that is planned opens nothing before its time', async () => {
    const period = { opened_at: ahead(HOURS), expires_at: ahead(2 * HOURS) };
    await assign(admin, PLANNED, 0, period).expect(201);
    expect(await sees(specialist, PLANNED)).toBe(false);
    platform.clock.advance(HOURS);
    expect(await sees(specialist, PLANNED)).toBe(true);
    platform.clock.advance(HOURS);
    expect(await sees(specialist, PLANNED)).toBe(false);
  });

  it('is shared with a colleague by who has it, and taken by nobody who has not', async () => {
    expect((await assign(specialist, TAKEN, 0)).status).toBe(404);
    expect((await assign(specialist, TAKEN, 1)).status).toBe(404);
    const answer = await assign(specialist, ENDED, 1, { expires_at: ahead(HOURS) });
    expect(answer.status).toBe(201);
    expect(await sees(colleague, ENDED)).toBe(true);
  });

  it('is closed by who has it, and then is gone', async () => {
    const own = (await careOf(ENDED)).find(({ specialist_id }) => specialist_id === first.specialists[0]);
    await colleague.post(`${PATH}/${own!.id}/close`, {}).expect(404);
    await specialist.post(`${PATH}/${own!.id}/close`, {}).expect(200);
    expect(await sees(specialist, ENDED)).toBe(false);
    await specialist.post(`${PATH}/${own!.id}/close`, {}).expect(409);
  });

  it('is one at a time for a patient and a specialist, however many ask at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => assign(admin, TAKEN, 0)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('takes no period that makes no sense, and nothing of another organization', async () => {
    const faults = async (period: object) =>
      (await assign(admin, PLANNED, 0, period).expect(400)).body as { errors: { field: string }[] };
    expect((await faults({ expires_at: ahead(-1000) })).errors[0]!.field).toBe('expires_at');
    expect((await faults({ opened_at: ahead(-HOURS) })).errors[0]!.field).toBe('opened_at');
    const foreign = platform.organizations[1]!;
    const body = { patient_id: foreign.patients[0], specialist_id: first.specialists[0] };
    await admin.post(PATH, body).expect(404);
    const [open] = await careOf(0);
    const stranger = caller(platform, foreign.tokens.org_admin);
    await stranger.get(`${PATH}/${open!.id}`).expect(404);
    await stranger.post(`${PATH}/${open!.id}/close`, {}).expect(404);
    expect(await sees(specialist, 0)).toBe(true);
  });
});
