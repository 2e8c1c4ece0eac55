import type { Patient } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

describe('a patient record', () => {
  let platform: Platform;
  let specialist: Caller;
  let compliance: Caller;
  let inCare: string[];

  beforeAll(async () => {
    platform = await startPlatform();
    const [first] = platform.organizations;
    specialist = caller(platform, first!.tokens.specialist);
    compliance = caller(platform, first!.tokens.compliance);
    inCare = first!.patients.slice(0, 10);
  }, 120_000);

  afterAll(() => platform?.stop());

  it('is read by its specialist, and compliance sees exactly that', async () => {
    const [first] = platform.organizations;
    const answer = await specialist.get(`/v1/patients/${inCare[0]}`).expect(200);
    expect(answer.headers.etag).toBe('"1"');
    const events = await eventsOf(compliance, requestId(answer), 1);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      organization_id: first!.id,
      action: 'view',
      resource_type: 'patient',
      resource_id: inCare[0],
      patient_id: inCare[0],
      details: { decided_by: { permission: 'patient:read', relationship: 'in_care', extent: 'all' } },
      user_id: first!.users.specialist,
      user_email: first!.emails.specialist,
      user_role: 'specialist',
      success: true,
    });
  });

  it('is changed, with old and new values in the trail', async () => {
    const before = (await specialist.get(`/v1/patients/${inCare[1]}`)).body.data as Patient;
    const answer = await specialist
      .patch(`/v1/patients/${inCare[1]}`, { phone: '+40799000111' })
      .set('If-Match', `"${before.version}"`)
      .expect(200);
    expect(answer.body.data).toMatchObject({ phone: '+40799000111', version: before.version + 1 });
    const [event, ...others] = await eventsOf(compliance, requestId(answer), 1);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ action: 'update', patient_id: inCare[1] });
    expect(event!.details.changes).toMatchObject({
      phone: { old: before.phone, new: '+40799000111' },
      version: { old: before.version, new: before.version + 1 },
    });
  });

  it('leaves one event per patient a search shows, all with its request id', async () => {
    const answer = await specialist.get('/v1/patients?page_size=5').expect(200);
    const shown = (answer.body.data as Patient[]).map(({ id }) => id).sort();
    expect(shown).toHaveLength(5);
    const events = await eventsOf(compliance, requestId(answer), 5);
    expect(events.map(({ patient_id }) => patient_id).sort()).toEqual(shown);
    expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['search']));
  });

  it('is found by its normalised name and by e-mail, and only in its organization', async () => {
    const record = (await specialist.get(`/v1/patients/${inCare[2]}`)).body.data as Patient;
    const found = await specialist.post('/v1/patients/search', {
      last_name: `  ${record.last_name.toUpperCase()} `,
      email: record.email!.toUpperCase(),
    });
    expect((found.body.data as Patient[]).map(({ id }) => id)).toEqual([record.id]);
    const elsewhere = caller(platform, platform.organizations[1]!.tokens.specialist);
    const other = await elsewhere.post('/v1/patients/search', { email: record.email! }).expect(200);
    expect(other.body.data).toEqual([]);
  });

  it('of another organization is not found, and the trail says whose asker tried', async () => {
    const [first, second] = platform.organizations;
    const foreign = caller(platform, second!.tokens.specialist);
    for (const attempt of [
      foreign.get(`/v1/patients/${inCare[0]}`),
      foreign.patch(`/v1/patients/${inCare[0]}`, { phone: '+40799000112' }),
    ]) {
      const answer = await attempt.expect(404);
      expect(answer.body.code).toBe('not_found');
      const events = await eventsOf(caller(platform, second!.tokens.compliance), requestId(answer), 1);
      expect(events).toMatchObject([
        {
          action: 'deny',
          success: false,
          user_id: second!.users.specialist,
          resource_id: inCare[0],
          details: { failure_reason: 'belongs_to_another_organization' },
        },
      ]);
      expect(await eventsOf(caller(platform, first!.tokens.compliance), requestId(answer), 0)).toEqual([]);
    }
  });

  it('is not found by a specialist who does not care for the patient', async () => {
    const notInCare = platform.organizations[0]!.patients[12];
    await specialist.get(`/v1/patients/${notInCare}`).expect(404);
    const listed = await specialist.get('/v1/patients?page_size=100');
    expect((listed.body.data as Patient[]).map(({ id }) => id).sort()).toEqual([...inCare].sort());
  });

  it('is refused to a superadmin, and the refusal leaves an event', async () => {
    const answer = await caller(platform, platform.superadminToken)
      .get(`/v1/patients/${inCare[0]}`)
      .expect(403);
    expect(answer.body.code).toBe('forbidden');
  });

  it('shows a patient only the own one', async () => {
    const patient = caller(platform, platform.organizations[0]!.tokens.patient);
    const own = await patient.get('/v1/patients').expect(200);
    expect((own.body.data as Patient[]).map(({ id }) => id)).toEqual([inCare[0]]);
    await patient.get(`/v1/patients/${inCare[1]}`).expect(404);
    await patient.patch(`/v1/patients/${inCare[0]}`, { phone: '+40799000113' }).expect(403);
  });

  it('shows and takes contact data only at the desk', async () => {
    const desk = caller(platform, platform.organizations[0]!.tokens.assistant);
    const seen = (await desk.get(`/v1/patients/${inCare[3]}`).expect(200)).body.data as Patient;
    expect(seen.first_name).toBeTruthy();
    expect(seen).not.toHaveProperty('date_of_birth');
    expect(seen).not.toHaveProperty('insurance');
    const refused = await desk
      .patch(`/v1/patients/${inCare[3]}`, { date_of_birth: '1990-01-01' })
      .expect(403);
    expect(refused.body.errors).toEqual([{ field: 'date_of_birth', reason: 'is not contact data' }]);
    await desk.patch(`/v1/patients/${inCare[3]}`, { email: 'new.address@example.org' }).expect(200);
  });

  it('refuses a change to a version that is gone', async () => {
    const stale = specialist
      .patch(`/v1/patients/${inCare[4]}`, { phone: '+40799000114' })
      .set('If-Match', '"99"');
    expect((await stale.expect(412)).body.code).toBe('precondition_failed');
    const now = (await specialist.get(`/v1/patients/${inCare[4]}`)).body.data as Patient;
    expect(now.version).toBe(1);
  });

  it('is written by one of two changes that race for the same version', async () => {
    const race = (phone: string) =>
      specialist.patch(`/v1/patients/${inCare[5]}`, { phone }).set('If-Match', '"1"');
    const answers = await Promise.all([race('+40799000115'), race('+40799000116')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is created by a specialist, who then has the patient in care', async () => {
    const created = await specialist
      .post('/v1/patients', { first_name: 'Nou', last_name: 'Venit' })
      .expect(201);
    const { id } = created.body.data as Patient;
    expect(created.headers.location).toBe(`/v1/patients/${id}`);
    await specialist.get(`/v1/patients/${id}`).expect(200);
    const events = await eventsOf(compliance, requestId(created), 3);
    expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`).sort()).toEqual([
      'create care_relationship',
      'create patient',
      'create patient_person',
    ]);
  });
});
