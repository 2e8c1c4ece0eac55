import type { ConsentText, Onboarded, Patient, PatientConsent, PublishedType } from '@restartix/contracts';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

describe('becoming a patient, and consents', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let as: (role: 'patient' | 'specialist' | 'assistant' | 'org_admin' | 'compliance') => Caller;
  const hostOf = ({ slug }: ProvisionedOrganization) => `${slug}.portal.restartix.app`;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 3 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    as = (role) => caller(platform, clinic.tokens[role]);
  }, 240_000);

  afterAll(() => platform?.stop());

  const publish = async (kind: string, by = as('org_admin')) =>
    (await by.post('/v1/consent-texts', { kind, title: kind, body: `We ask for ${kind}.` }).expect(201)).body
      .data as ConsentText;

  it('makes who is signed in a patient of the portal’s organization, with what they agree to, or nothing', async () => {
    const [sharing, foreign] = [
      await publish('profile_sharing'),
      await publish('profile_sharing', caller(platform, second.tokens.org_admin)),
    ];
    // A patient of the second organization signs up at the first.
    const { subject } = personOf(second, 'patient');
    const token = platform.token({ subject });
    const me = caller(platform, token);
    const onboard = (more: object) =>
      me.post('/v1/portal/onboard', {
        ...{ host: hostOf(clinic), first_name: 'Ioana', last_name: 'Noua', email: 'ioana@example.org' },
        ...more,
      });
    await onboard({ host: 'unknown.portal.restartix.app' }).expect(404);
    await onboard({ consent_text_ids: [sharing.id, foreign.id] }).expect(404);
    const none = await as('assistant').post('/v1/patients/search', { email: 'ioana@example.org' });
    expect(none.body.data).toEqual([]); // nothing half-written
    const answer = await onboard({ consent_text_ids: [sharing.id] }).expect(201);
    const { organization_id, patient_id } = answer.body.data as Onboarded;
    expect(organization_id).toBe(clinic.id);
    expect((await onboard({}).expect(409)).body.code).toBe('conflict');

    const { organization } = personOf(clinic, 'patient');
    const here = caller(platform, platform.token({ subject, organization }));
    const record = (await here.get(`/v1/patients/${patient_id}`).expect(200)).body.data as Patient;
    expect(record).toMatchObject({ first_name: 'Ioana', profile_shared: true });
    const owner = await platform.superuser('main');
    const persons = await owner.query<{ organization_id: number; person: string }>(
      `select organization_id, patient_person_id as person from patients where user_id = $1 order by 1`,
      [second.users.patient],
    );
    await owner.close();
    expect(persons.map((row) => row.organization_id)).toEqual([clinic.id, second.id]);
    expect(persons[0]!.person).toBe(persons[1]!.person); // one human
    await caller(platform, second.tokens.patient).get(`/v1/patients/${patient_id}`).expect(404);
    const events = await eventsOf(as('compliance'), requestId(answer), 3);
    expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`)).toEqual(
      expect.arrayContaining(['create membership', 'create patient', 'create patient_consent']),
    );
  });

  it('keeps who is staff from becoming their own patient', async () => {
    const body = { host: hostOf(clinic), first_name: 'A', last_name: 'B' };
    await as('specialist').post('/v1/portal/onboard', body).expect(409);
    await caller(platform).post('/v1/portal/onboard', body).expect(401);
  });

  it('pins the version that was signed, and keeps that it was withdrawn', async () => {
    const [patientId] = clinic.patients as [string];
    const path = `/v1/patients/${patientId}/consents`;
    const first = await publish('recording');
    const recording = async () =>
      ((await as('specialist').get(`/v1/patients/${patientId}`).expect(200)).body.data as Patient)
        .recording_consent;
    await as('specialist').patch(`/v1/patients/${patientId}`, { recording_consent: false }).expect(200);
    for (const role of ['specialist', 'assistant', 'org_admin', 'compliance'] as const)
      await as(role).post(path, { consent_text_id: first.id }).expect(403); // only the patient signs
    await as('patient')
      .post(`/v1/patients/${clinic.patients[1]}/consents`, { consent_text_id: first.id })
      .expect(404);
    const signed = (await as('patient').post(path, { consent_text_id: first.id }).expect(201)).body
      .data as PatientConsent;
    expect([signed.version, await recording()]).toEqual([1, true]);
    expect((await as('patient').post(path, { consent_text_id: first.id }).expect(409)).body.code).toBe(
      'conflict',
    );
    const newer = await publish('recording');
    expect(newer.version).toBe(2);
    await as('patient').post(`${path}/${signed.id}/withdraw`, {}).expect(200);
    expect(await recording()).toBe(false);
    await as('patient').post(`${path}/${signed.id}/withdraw`, {}).expect(409);
    await as('patient').post(path, { consent_text_id: first.id }).expect(400); // no longer the current text
    await as('patient').post(path, { consent_text_id: newer.id }).expect(201);
    const listed = (await as('specialist').get(path).expect(200)).body.data as PatientConsent[];
    expect(listed.map(({ version, withdrawn_at }) => [version, withdrawn_at !== null])).toEqual([
      [2, false],
      [1, true],
    ]);
    await caller(platform, second.tokens.assistant).get(path).expect(404);
    const texts = (await as('patient').get('/v1/consent-texts').expect(200)).body.data as ConsentText[];
    expect(texts.filter(({ kind }) => kind === 'recording').map(({ version }) => version)).toEqual([2]);
  });

  it('shows a portal what strangers may book at its organization, and at no other', async () => {
    const nobody = caller(platform);
    const types = async (host: string) =>
      (await nobody.get(`/v1/public/appointment-types?host=${host}`).expect(200)).body
        .data as PublishedType[];
    for (const organization of [clinic, second])
      expect((await types(hostOf(organization))).map(({ id }) => id)).toEqual([organization.appointmentType]);
    await nobody.get('/v1/public/appointment-types?host=unknown.portal.restartix.app').expect(404);
    const settings = `/v1/organizations/${clinic.id}/settings`;
    await as('org_admin').patch(settings, { public_booking: false }).expect(200);
    expect(await types(hostOf(clinic))).toEqual([]);
    await as('org_admin').patch(settings, { public_booking: true }).expect(200);
  });

  it('tells the administrators of a visit that was rated low, in one unit with the rating', async () => {
    const [held] = clinic.appointments.held as [string];
    const owner = await platform.superuser('main');
    const told = () =>
      owner.query(
        `select recipient_user_id, organization_id from messages where template = 'appointment.low_rating'`,
      );
    const ratings = () => owner.query('select rating from appointments where id = $1', [held]);
    const rate = () =>
      as('patient').post(`/v1/appointments/${held}/rating`, { rating: 2, comment: 'Waited long' });
    try {
      await owner.query('revoke insert on messages from core_app');
      await rate().expect(403); // the database refuses the message, and the rating with it
      expect([await ratings(), await told()]).toEqual([[{ rating: null }], []]);
      await owner.query('grant insert on messages to core_app');
      await rate().expect(200);
      expect(await told()).toEqual([
        { recipient_user_id: clinic.users.org_admin, organization_id: clinic.id },
      ]);
    } finally {
      await owner.query('grant insert on messages to core_app');
      await owner.close();
    }
  });
});
