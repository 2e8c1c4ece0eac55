import type { ConsentText, Patient, PatientConsent } from '@restartix/contracts';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

const day = (daysFromNow: number): string =>
  new Date(Date.now() + daysFromNow * 86_400_000).toISOString().slice(0, 10);

describe('consents the desk records', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;
  let as: (role: 'patient' | 'specialist' | 'assistant' | 'org_admin' | 'compliance') => Caller;
  let path: string;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
    as = (role) => caller(platform, clinic.tokens[role]);
    path = `/v1/patients/${clinic.patients[0]}/consents`;
  }, 240_000);

  afterAll(() => platform?.stop());

  /** A text that was published so many days ago. */
  async function publish(kind: string, daysAgo = 0, by = as('org_admin')): Promise<ConsentText> {
    const answer = await by
      .post('/v1/consent-texts', { kind, title: kind, body: `We ask for ${kind}.` })
      .expect(201);
    const text = answer.body.data as ConsentText;
    const owner = await platform.superuser('main');
    await owner.query(
      'update consent_texts set published_at = now() - make_interval(days => $2) where id = $1',
      [...[text.id, daysAgo]],
    );
    await owner.close();
    return text;
  }

  const record = (text: ConsentText, signed_on: string, by = as('assistant'), at = path) =>
    by.post(`${at}/on-paper`, { consent_text_id: text.id, signed_on });
  const withdraw = (id: string, told_on: string, by = as('assistant')) =>
    by.post(`${path}/${id}/withdraw-at-desk`, { told_on });
  const reasonOf = ({ body }: { body: { errors?: { reason: string }[] } }) => body.errors?.[0]?.reason;

  it('counts as one given in person, since the day on the paper, and says who recorded it', async () => {
    const text = await publish('recording', 10);
    await publish('recording'); // the paper names the version that was signed, not the newest
    const specialist = as('specialist');
    const recording = async () =>
      ((await specialist.get(path.replace('/consents', '')).expect(200)).body.data as Patient)
        .recording_consent;
    await specialist.patch(path.replace('/consents', ''), { recording_consent: false }).expect(200);
    const answer = await record(text, day(-3)).expect(201);
    const consent = answer.body.data as PatientConsent;
    const by = { recorded_by: clinic.users.assistant };
    expect(consent).toMatchObject({
      version: 1,
      on_paper: { signed_on: day(-3), ...by },
      withdrawn_at: null,
    });
    expect(await recording()).toBe(true);
    expect((await record(text, day(-3)).expect(409)).body.code).toBe('conflict');

    const [seen] = (await as('patient').get(path).expect(200)).body.data as PatientConsent[];
    expect(seen).toEqual(consent); // the patient sees that the desk recorded it
    const events = await eventsOf(as('compliance'), requestId(answer), 2);
    const given = events.find(({ action }) => action === 'create');
    expect(given).toMatchObject({
      ...{ user_role: 'assistant', resource_type: 'patient_consent', patient_id: clinic.patients[0] },
      details: { changes: { signed_on: { new: day(-3) }, recorded_by: { new: clinic.users.assistant } } },
    });

    expect(reasonOf(await withdraw(consent.id, day(-4)).expect(400))).toBe('must not be before the consent');
    expect(reasonOf(await withdraw(consent.id, day(1)).expect(400))).toBe('must not be in the future');
    const told = (await withdraw(consent.id, day(-1), as('org_admin')).expect(200)).body
      .data as PatientConsent;
    expect(told.withdrawn_at_desk).toEqual({ told_on: day(-1), recorded_by: clinic.users.org_admin });
    expect([told.withdrawn_at !== null, await recording()]).toEqual([true, false]);
    await withdraw(consent.id, day(0)).expect(409);
    // A paper from before a withdrawal does not bring the consent back.
    expect(reasonOf(await record(text, day(-2)).expect(400))).toBe('must not be before the last withdrawal');
    await record(text, day(-1)).expect(201);
  });

  it('writes the day on the paper into the record', async () => {
    await record(await publish('telehealth', 10), day(-5)).expect(201);
    const owner = await platform.superuser('main');
    const [row] = await owner.query<{ since: Date }>(
      'select telehealth_consent_date as since from patients where id = $1',
      [clinic.patients[0]],
    );
    await owner.close();
    expect(row?.since.toISOString()).toBe(`${day(-5)}T00:00:00.000Z`);
  });

  it('takes no day on which that version cannot have been signed', async () => {
    const text = await publish('photographs', 2);
    expect(reasonOf(await record(text, day(1)).expect(400))).toBe('must not be in the future');
    expect(reasonOf(await record(text, day(-3)).expect(400))).toBe(
      'must not be before the text was published',
    );
    await record(text, '2026-02-30').expect(400);
    await as('assistant').post(`${path}/on-paper`, { consent_text_id: text.id }).expect(400);
    await record(text, day(-2)).expect(201);
  });

  it('is told from what the patient gave and withdrew in person', async () => {
    const text = await publish('newsletter');
    const body = { consent_text_id: text.id };
    const mine = (await as('patient').post(path, body).expect(201)).body.data as PatientConsent;
    expect(mine).toMatchObject({ on_paper: null, withdrawn_at_desk: null });
    const told = (await withdraw(mine.id, day(0)).expect(200)).body.data as PatientConsent;
    expect(told).toMatchObject({
      on_paper: null,
      withdrawn_at_desk: { recorded_by: clinic.users.assistant },
    });
    const paper = (await record(text, day(0)).expect(201)).body.data as PatientConsent;
    const own = await as('patient').post(`${path}/${paper.id}/withdraw`, {}).expect(200);
    expect(own.body.data).toMatchObject({ on_paper: { signed_on: day(0) }, withdrawn_at_desk: null });
  });

  it('never says for a patient that a profile is shared, but that it is no longer', async () => {
    const text = await publish('profile_sharing');
    expect(reasonOf(await record(text, day(0)).expect(400))).toBe(
      'this kind is given by the patient in person only',
    );
    const mine = (await as('patient').post(path, { consent_text_id: text.id }).expect(201)).body
      .data as PatientConsent;
    await withdraw(mine.id, day(0)).expect(200);
  });

  it('is recorded by the desk and by who cares for the patient, of their own organization, by nobody else', async () => {
    const text = await publish('research');
    const elsewhere = `/v1/patients/${clinic.patients[11]}/consents`; // in nobody's care
    for (const role of ['patient', 'compliance'] as const) await record(text, day(0), as(role)).expect(403);
    await record(text, day(0), as('specialist'), elsewhere).expect(404);
    const foreign = caller(platform, second.tokens.assistant);
    await record(text, day(0), foreign).expect(404);
    await record(await publish('research', 0, caller(platform, second.tokens.org_admin)), day(0)).expect(404);
    const consent = (await record(text, day(0), as('specialist')).expect(201)).body.data as PatientConsent;
    for (const role of ['patient', 'compliance'] as const)
      await withdraw(consent.id, day(0), as(role)).expect(403);
    await withdraw(consent.id, day(0), foreign).expect(404);
    await withdraw(consent.id, day(0), as('specialist')).expect(200);
  });

  it('is never a machine’s to record', async () => {
    for (const scopes of [['desk_consent:create'], ['desk_consent:update']])
      await as('org_admin').post('/v1/api-keys', { label: 'Desk', scopes }).expect(400);
  });
});
