import type { ConsentText, Onboarded, PatientConsent, PersonProfile } from '@restartix/contracts';
import { personOf, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { PROFILE_COLUMNS } from '../src/people/profiles/profile.entity';
import { caller, eventsOf, requestId, type Caller } from './api';

const STATED = {
  ...{ sex: 'female', blood_type: 'AB-', allergies: ['Penicillin', 'arahide'], chronic_conditions: [] },
  ...{ occupation: 'Dulgher', residence: 'Str. Lungă 4, Iași' },
  ...{ emergency_contact_name: 'Mihai Contact', emergency_contact_phone: '+40799000111' },
};
const READERS = ['specialist', 'org_admin', 'compliance'] as const;

/** One patient of two organizations, and what each is shown of the person. */
describe('the portable profile', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  /** The patient, signed in to each organization. */
  let here: Caller;
  let there: Caller;
  let recordHere: string;
  let recordThere: string;
  const as = (role: keyof ProvisionedOrganization['tokens'], of = clinic) =>
    caller(platform, of.tokens[role]);
  const profileOf = (record: string) => `/v1/patients/${record}/profile`;
  const shownTo = async (role: (typeof READERS)[number], record: string, of = clinic) =>
    (await as(role, of).get(profileOf(record)).expect(200)).body.data as PersonProfile;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 4 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    here = as('patient');
    recordHere = clinic.patients[0]!;
    const { subject } = personOf(clinic, 'patient');
    const signUp = { host: `${second.slug}.portal.restartix.app`, first_name: 'Ana', last_name: 'Acolo' };
    const answer = await caller(platform, platform.token({ subject }))
      .post('/v1/portal/onboard', signUp)
      .expect(201);
    recordThere = (answer.body.data as Onboarded).patient_id;
    const { organization } = personOf(second, 'patient');
    there = caller(platform, platform.token({ subject, organization }));
  }, 240_000);
  afterAll(() => platform?.stop());

  it('is the person’s, the same in every organization, and changed in the version that was read', async () => {
    const empty = (await here.get('/v1/me/profile').expect(200)).body.data as PersonProfile;
    expect(empty).toMatchObject({ version: 1, allergies: null, chronic_conditions: null, sex: null });
    const changed = await here.patch('/v1/me/profile', STATED).set('If-Match', '"1"').expect(200);
    expect(changed.headers.etag).toBe('"2"');
    expect(changed.body.data).toMatchObject({ ...STATED, id: empty.id, version: 2 });
    const elsewhere = (await there.get('/v1/me/profile').expect(200)).body.data as PersonProfile;
    expect(elsewhere).toMatchObject({ ...STATED, id: empty.id, last_name: 'Acolo' });
    const stale = await there.patch('/v1/me/profile', { sex: null }).set('If-Match', '"1"').expect(412);
    expect(stale.body.code).toBe('precondition_failed');
    for (const body of [
      {},
      { blood_type: 'C' },
      { allergies: [''] },
      { user_id: empty.id },
      { id: empty.id },
    ])
      await here.patch('/v1/me/profile', body).expect(400);
  });

  it('leaves an event of the change in which no clinic reads the profile, and stands in no row', async () => {
    const answer = await here.patch('/v1/me/profile', { occupation: 'Tâmplar' }).expect(200);
    for (const role of ['compliance', 'org_admin'] as const) {
      const [event] = await eventsOf(as(role), requestId(answer), 1);
      expect(event).toMatchObject({ action: 'update', resource_type: 'patient_person' });
      expect(event!.details.changes).toEqual({
        occupation: { old: '[protected]', new: '[protected]' },
        version: { old: 2, new: 3 },
      });
    }
    await here.patch('/v1/me/profile', { occupation: STATED.occupation }).expect(200);
    const main = await platform.superuser('main');
    const [row] = await main.query<Record<string, string>>(
      `select ${PROFILE_COLUMNS.join(', ')} from patient_persons where user_id = $1`,
      [clinic.users.patient],
    );
    await main.close();
    for (const column of PROFILE_COLUMNS)
      expect([column, row![column]]).toEqual([column, expect.stringMatching(/^e1\.1\./)]);
  });

  it('is a name alone to an organization it is not shared with, whoever asks', async () => {
    for (const [of, record] of [
      [clinic, recordHere],
      [second, recordThere],
    ] as const) {
      // In the second organization nobody cares for the patient yet.
      for (const role of READERS.filter((word) => of === clinic || word !== 'specialist')) {
        const shown = await shownTo(role, record, of);
        expect(Object.keys(shown).sort()).toEqual(['first_name', 'id', 'last_name', 'user_id']);
      }
      await as('assistant', of).get(profileOf(record)).expect(403);
    }
    await as('specialist', second).get(profileOf(recordThere)).expect(404);
    await as('compliance', second).get(profileOf(recordHere)).expect(404);
    await here.get(profileOf(recordThere)).expect(404);
    await here.get(profileOf(clinic.patients[1]!)).expect(404);
    await as('specialist').get('/v1/me/profile').expect(404);
    await as('org_admin').patch('/v1/me/profile', { sex: 'male' }).expect(403);
  });

  it('is shown while it is shared, to that organization only, and closed with the withdrawal', async () => {
    const text = (
      await as('org_admin')
        .post('/v1/consent-texts', { kind: 'profile_sharing', title: 'Sharing', body: 'We ask.' })
        .expect(201)
    ).body.data as ConsentText;
    const consents = `/v1/patients/${recordHere}/consents`;
    const signed = await here.post(consents, { consent_text_id: text.id }).expect(201);
    for (const role of READERS) expect(await shownTo(role, recordHere)).toMatchObject(STATED);
    for (const role of ['org_admin', 'compliance'] as const)
      expect(await shownTo(role, recordThere, second)).not.toHaveProperty('sex');
    await as('assistant').get(profileOf(recordHere)).expect(403);
    const seen = await as('specialist').get(profileOf(recordHere)).expect(200);
    const { id } = signed.body.data as PatientConsent;
    const withdrawn = await here.post(`${consents}/${id}/withdraw`, {}).expect(200);
    for (const role of READERS) expect(await shownTo(role, recordHere)).not.toHaveProperty('sex');
    const closed = await as('specialist').get(profileOf(recordHere)).expect(200);
    for (const [answer, profile] of [
      [seen, 'shown'],
      [closed, 'withheld'],
    ] as const)
      expect(await eventsOf(as('compliance'), requestId(answer), 1)).toMatchObject([
        { action: 'view', resource_type: 'patient_person', patient_id: recordHere, details: { profile } },
      ]);
    const events = await eventsOf(as('compliance'), requestId(withdrawn), 2);
    expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`).sort()).toEqual([
      'update patient',
      'update patient_consent',
    ]);
  });

  it('stays the person’s when an organization erases its record', async () => {
    await as('compliance', second)
      .post(`/v1/patients/${recordThere}/erasure`, { reason: 'Asked for' })
      .expect(200);
    await as('compliance', second).get(profileOf(recordThere)).expect(404);
    await there.get('/v1/me/profile').expect(403);
    expect((await here.get('/v1/me/profile').expect(200)).body.data).toMatchObject(STATED);
  });
});
