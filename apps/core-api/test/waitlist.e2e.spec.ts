import type { Appointment, Timeslot, WaitlistEntry } from '@restartix/contracts';
import { MINUTES, startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, eventually, requestId, type Caller } from './api';

/** A round of offers comes every fifteen seconds. */
const A_ROUND_MS = 45_000;

/** One specialist's one free time, freed again and again, and those who wait for it. */
describe('the waitlist', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let as: Record<'patient' | 'specialist' | 'assistant' | 'org_admin' | 'compliance', Caller>;
  let foreign: Caller;
  let slot: Timeslot;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 6 });
    clinic = platform.organizations[0]!;
    await platform.startSecond(); // two instances make offers
    const by = (role: keyof typeof clinic.tokens) => caller(platform, clinic.tokens[role]);
    as = {
      ...{ patient: by('patient'), specialist: by('specialist'), assistant: by('assistant') },
      ...{ org_admin: by('org_admin'), compliance: by('compliance') },
    };
    foreign = caller(platform, platform.organizations[1]!.tokens.assistant);
    const from = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const path = `/v1/availability?appointment_type_id=${clinic.appointmentType}&from=${from}`;
    slot = ((await as.patient.get(path).expect(200)).body.data as Timeslot[])[0]!;
  }, 120_000);

  afterAll(() => platform?.stop());

  const book = async () =>
    (
      await as.assistant
        .post('/v1/appointments', {
          ...{ appointment_type_id: clinic.appointmentType, starts_at: slot.starts_at },
          ...{ specialist_id: slot.specialist_id, patient_id: clinic.patients[5] },
        })
        .expect(201)
    ).body.data as Appointment;
  const cancel = ({ id }: Pick<Appointment, 'id'>) =>
    as.assistant.to('put', `/v1/appointments/${id}/cancel`).send({ reason: 'other' }).expect(200);
  /** Waits for that time and no other. */
  const join = (who: Caller, more: object = {}) =>
    who.post('/v1/waitlist', {
      ...{ appointment_type_id: clinic.appointmentType, specialist_id: slot.specialist_id },
      ...{ earliest: slot.starts_at, latest: slot.ends_at, ...more },
    });
  const entries = async () =>
    (await as.assistant.get('/v1/waitlist?page_size=100').expect(200)).body.data as WaitlistEntry[];
  const entryOf = async (id: string) => (await entries()).find((entry) => entry.id === id)!;
  const isOffered = (id: string) =>
    eventually(
      () => entryOf(id),
      ({ status }) => status === 'offered',
      A_ROUND_MS,
    );
  const answer = (who: Caller, id: string, what: 'accept' | 'decline') =>
    who.post(`/v1/waitlist/${id}/${what}`, {});

  it('is joined by patients for themselves and by the desk, once for a type', async () => {
    await book();
    const joined = (await join(as.patient).expect(201)).body.data as WaitlistEntry;
    expect(joined).toMatchObject({ status: 'waiting', patient_id: clinic.patients[0], offer: null });
    expect((await join(as.patient).expect(409)).body.code).toBe('conflict');
    await join(as.patient, { patient_id: clinic.patients[1] }).expect(404);
    await join(as.assistant).expect(400);
    await join(as.specialist, { patient_id: clinic.patients[1] }).expect(403);
    await join(foreign, { patient_id: clinic.patients[1] }).expect(404);
    for (const patient of [1, 2])
      await join(as.assistant, { patient_id: clinic.patients[patient] }).expect(201);
    const bad = await join(as.assistant, { patient_id: clinic.patients[3], latest: slot.starts_at });
    expect([bad.status, bad.body.errors[0].field]).toEqual([400, 'latest']);
    expect((await as.patient.get('/v1/waitlist').expect(200)).body.data).toHaveLength(1);
    expect((await foreign.get('/v1/waitlist').expect(200)).body.data).toEqual([]);
    const settings = (waitlist: boolean) =>
      as.org_admin
        .patch(`/v1/organizations/${clinic.id}/settings`, { feature_flags: { waitlist } })
        .expect(200);
    await settings(false);
    expect((await join(as.assistant, { patient_id: clinic.patients[3] }).expect(409)).body.code).toBe(
      'conflict',
    );
    await settings(true);
  });

  it('offers a freed time to the first, after expiry or a no to the next, and to nobody twice', async () => {
    const [first, second, third] = (await entries()).map(({ id }) => id) as [string, string, string];
    const [booked] = (
      await as.assistant.get(`/v1/appointments?patient_id=${clinic.patients[5]}&status=upcoming`).expect(200)
    ).body.data as Appointment[];
    const rival = () =>
      as.assistant.post('/v1/appointments', {
        ...{ appointment_type_id: clinic.appointmentType, starts_at: slot.starts_at },
        ...{ specialist_id: slot.specialist_id, patient_id: clinic.patients[4] },
      });
    await cancel(booked!);
    const offered = await isOffered(first);
    expect(offered.offer).toMatchObject({ starts_at: slot.starts_at, specialist_id: slot.specialist_id });
    const statuses = async () => (await entries()).map(({ status }) => status);
    expect(await statuses()).toEqual(['offered', 'waiting', 'waiting']);
    await rival().expect(409); // what is offered is taken
    await answer(foreign, first, 'accept').expect(404);
    await answer(as.assistant, second, 'accept').expect(409);

    platform.clock.advance(31 * MINUTES);
    await answer(as.patient, first, 'accept').expect(409); // too late, though nobody has looked yet
    await isOffered(second);
    expect(await statuses()).toEqual(['waiting', 'offered', 'waiting']);
    await answer(as.assistant, second, 'decline').expect(200);
    await isOffered(third);
    expect(await statuses()).toEqual(['waiting', 'waiting', 'offered']);

    const answers = await Promise.all(Array.from({ length: 6 }, () => answer(as.assistant, third, 'accept')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const taken = answers.find(({ status }) => status === 200)!;
    expect(taken.body.data).toMatchObject({ status: 'upcoming', patient_id: clinic.patients[2] });
    const events = await eventsOf(as.compliance, requestId(taken), 3);
    expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`)).toEqual(
      expect.arrayContaining([
        ...['update waitlist_entry', 'update appointment', 'create appointment_transition'],
      ]),
    );
    await rival().expect(409);
    const owner = await platform.superuser('main');
    const times = await owner.query<{ status: string; cancellation_reason: string | null }>(
      `select status, cancellation_reason from appointments where starts_at = $1 and booked_via = 'waitlist'
        and organization_id = $2 order by created_at`,
      [slot.starts_at, clinic.id],
    );
    const messages = await owner.query(`select 1 from messages where template = 'waitlist.offered'`);
    await owner.close();
    expect(times).toEqual([
      { status: 'cancelled', cancellation_reason: 'offer_expired' },
      { status: 'cancelled', cancellation_reason: 'patient_request' },
      { status: 'upcoming', cancellation_reason: null },
    ]);
    expect(messages).toHaveLength(3);
  }, 240_000);

  it('is left, also with an offer, and offers nothing that a patient has given back', async () => {
    const [first] = await entries();
    const leave = (who: Caller) => who.to('delete', `/v1/waitlist/${first!.id}`);
    await leave(foreign).expect(404);
    expect((await leave(as.patient).expect(200)).body.data).toMatchObject({ status: 'left', offer: null });
    await leave(as.patient).expect(409);
    const statuses = (await entries()).map(({ status }) => status);
    expect(statuses).toEqual(['left', 'waiting', 'booked']); // the second was offered that time already
  });
});
