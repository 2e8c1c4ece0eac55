import type { Appointment, AppointmentTransition, Timeslot } from '@restartix/contracts';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, requestId, type Caller } from './api';

describe('appointments', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let as: Record<'patient' | 'specialist' | 'assistant' | 'org_admin' | 'compliance', Caller>;
  let foreign: Caller;
  let slots: Timeslot[];

  beforeAll(async () => {
    platform = await startPlatform({ patients: 14 });
    clinic = platform.organizations[0]!;
    const by = (role: keyof typeof clinic.tokens) => caller(platform, clinic.tokens[role]);
    as = {
      ...{ patient: by('patient'), specialist: by('specialist'), assistant: by('assistant') },
      ...{ org_admin: by('org_admin'), compliance: by('compliance') },
    };
    foreign = caller(platform, platform.organizations[1]!.tokens.assistant);
    const from = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const path = `/v1/availability?appointment_type_id=${clinic.appointmentType}&from=${from}&until=${until}`;
    slots = (await as.patient.get(path).expect(200)).body.data as Timeslot[];
    expect(slots.length).toBeGreaterThan(100);
  }, 240_000);

  afterAll(() => platform?.stop());

  const booking = (slot: Timeslot, who: object = {}) => ({
    ...{ appointment_type_id: clinic.appointmentType, starts_at: slot.starts_at, ...who },
  });
  const next = () => slots.shift()!;

  it('are booked once: of rivals one wins, the others learn what is free', async () => {
    const slot = next();
    const rivals = Array.from({ length: 12 }, (_, n) =>
      as.assistant.post('/v1/appointments', {
        ...booking(slot, { specialist_id: clinic.specialists[0], patient_id: clinic.patients[n] }),
      }),
    );
    const answers = await Promise.all(rivals);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const losers = answers.filter(({ status }) => status !== 201);
    for (const { status, body } of losers) {
      expect([status, body.code]).toEqual([409, 'slot_taken']);
      const free = body.alternatives as Timeslot[];
      expect(free.length).toBeGreaterThan(0);
      expect(free.map(({ starts_at }) => starts_at)).not.toContain(slot.starts_at);
    }
  });

  it('open care with the specialist they are with, and close it when the last is cancelled', async () => {
    const [slot, patient_id] = [next(), clinic.patients[12]!]; // in the other specialist's care
    await as.specialist.get(`/v1/patients/${patient_id}`).expect(404);
    const who = { specialist_id: clinic.specialists[0], patient_id };
    const made = await as.assistant.post('/v1/appointments', booking(slot, who)).expect(201);
    const { id, status } = made.body.data as Appointment;
    expect(status).toBe('upcoming');
    await as.specialist.get(`/v1/patients/${patient_id}`).expect(200);
    const events = await eventsOf(as.compliance, requestId(made), 3);
    expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`).sort()).toEqual([
      ...['create appointment', 'create appointment_transition', 'create care_relationship'],
    ]);
    await foreign.get(`/v1/appointments/${id}`).expect(404);
    await foreign.to('put', `/v1/appointments/${id}/cancel`).send({ reason: 'other' }).expect(404);
    const cancelled = await as.assistant
      .to('put', `/v1/appointments/${id}/cancel`)
      .send({ reason: 'patient_request', note: 'Called in the morning' })
      .expect(200);
    expect(cancelled.body.data).toMatchObject({
      status: 'cancelled',
      cancellation_note: 'Called in the morning',
    });
    await as.specialist.get(`/v1/patients/${patient_id}`).expect(404);
    await as.assistant.post('/v1/appointments', booking(slot, who)).expect(201); // the time is free again
  });

  it('are a patient’s own: at offered times, for themselves, and confirmed by them', async () => {
    const slot = next();
    const beside = { ...slot, starts_at: new Date(Date.parse(slot.starts_at) + 60_000).toISOString() };
    expect((await as.patient.post('/v1/appointments', booking(beside)).expect(409)).body.code).toBe(
      'slot_taken',
    );
    await as.patient.post('/v1/appointments', booking(slot, { patient_id: clinic.patients[1] })).expect(404);
    const made = await as.patient
      .post('/v1/appointments', booking(slot, { reason: 'Knee pain' }))
      .expect(201);
    const { id, specialist_id, booked_via, reason } = made.body.data as Appointment;
    expect([specialist_id, booked_via, reason]).toEqual([clinic.specialists[0], 'patient', 'Knee pain']);
    expect((await as.assistant.get(`/v1/appointments/${id}`).expect(200)).body.data).not.toHaveProperty(
      'reason',
    );
    const other = await as.patient.get(`/v1/appointments/${clinic.appointments.strangers[0]}`);
    expect(other.status).toBe(404);
    const step = (who: Caller, status: string) =>
      who.to('put', `/v1/appointments/${id}/status`).send({ status });
    await step(as.patient, 'confirmed').expect(200);
    await step(as.assistant, 'noshow').expect(409); // it has not begun
    await step(as.assistant, 'inprogress').expect(403);
    await step(as.specialist, 'checked_in').expect(200);
    await step(as.specialist, 'inprogress').expect(200);
    await step(as.specialist, 'done').expect(200);
    expect((await step(as.specialist, 'confirmed').expect(409)).body.code).toBe('transition_not_allowed');
    await as.patient.post(`/v1/appointments/${id}/rating`, { rating: 4, comment: 'Good' }).expect(200);
    await as.patient.post(`/v1/appointments/${id}/rating`, { rating: 5 }).expect(409);
    const history = await as.compliance.get(`/v1/appointments/${id}/history`).expect(200);
    expect(
      (history.body.data as AppointmentTransition[]).map(({ to_status, by_role }) => [to_status, by_role]),
    ).toEqual([
      ['upcoming', 'patient'],
      ['confirmed', 'patient'],
      ...['checked_in', 'inprogress', 'done'].map((status) => [status, 'specialist']),
    ]);
  });

  it('of strangers become a patient’s in one unit: person, record, care and status', async () => {
    const contact = { name: 'Nina Nou', email: 'nina@stranger.example', phone: '+40721000999' };
    const who = { contact, specialist_id: clinic.specialists[0] };
    const made = await as.assistant.post('/v1/appointments', booking(next(), who)).expect(201);
    const { id, status, patient_id } = made.body.data as Appointment;
    expect([status, patient_id]).toEqual(['booked', null]);
    const onboard = (body: object) => as.assistant.post(`/v1/appointments/${id}/onboard`, body);
    await onboard({}).expect(400);
    const done = await onboard({ patient: { first_name: 'Nina', last_name: 'Nou' } }).expect(200);
    const patient = (done.body.data as Appointment).patient_id!;
    expect((await as.specialist.get(`/v1/patients/${patient}`).expect(200)).body.data).toMatchObject({
      ...{ email: contact.email, phone: contact.phone },
    });
    await onboard({ patient_id: patient }).expect(409);
    const again = await as.assistant.post('/v1/appointments', booking(next(), who)).expect(201);
    const twice = await as.assistant
      .post(`/v1/appointments/${again.body.data.id}/onboard`, {
        patient: { first_name: 'N', last_name: 'N' },
      })
      .expect(409);
    expect(twice.body.code).toBe('conflict');
  });

  it('wait for no confirmation to take their time (cal.com #10789), and are confirmed once (cal.com #29958)', async () => {
    const slot = next();
    const contact = { name: 'Some Body', email: 'some.body@stranger.example' };
    const wish = (who: object) => booking(slot, { specialist_id: clinic.specialists[0], ...who });
    const { id } = (await as.assistant.post('/v1/appointments', wish({ contact })).expect(201)).body.data;
    for (const who of [{ contact }, { patient_id: clinic.patients[1] }])
      // as a request or at once: it is taken
      expect((await as.assistant.post('/v1/appointments', wish(who)).expect(409)).body.code).toBe(
        'slot_taken',
      );
    const onboard = () =>
      as.assistant.post(`/v1/appointments/${id}/onboard`, { patient_id: clinic.patients[1] });
    const confirm = () =>
      as.assistant.to('put', `/v1/appointments/${id}/status`).send({ status: 'confirmed' });
    for (const accept of [onboard, confirm]) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => accept()));
      expect(answers.map(({ status }) => status).sort()).toEqual([
        200,
        ...Array.from({ length: 7 }, () => 409),
      ]);
    }
    const history = await as.compliance.get(`/v1/appointments/${id}/history`).expect(200);
    expect((history.body.data as AppointmentTransition[]).map(({ to_status }) => to_status)).toEqual([
      ...['booked', 'upcoming', 'confirmed'],
    ]);
  });

  it('are moved to a free time only, and keep their history', async () => {
    const who = { patient_id: clinic.patients[2], specialist_id: clinic.specialists[0] };
    const [first, second] = [next(), next()];
    const made = await as.assistant.post('/v1/appointments', booking(first, who)).expect(201);
    await as.assistant.post('/v1/appointments', booking(second, who)).expect(201);
    const { id } = made.body.data as Appointment;
    const move = (starts_at: string) =>
      as.assistant.to('put', `/v1/appointments/${id}/reschedule`).send({ starts_at });
    expect((await move(second.starts_at).expect(409)).body.code).toBe('slot_taken');
    const third = next();
    expect((await move(third.starts_at).expect(200)).body.data).toMatchObject({ starts_at: third.starts_at });
    await move(first.starts_at).expect(200);
    const history = await as.specialist.get(`/v1/appointments/${id}/history`).expect(200);
    expect(history.body.data).toHaveLength(3);
  });

  it('are refused with somebody who is inactive, takes no new patients, or has no licence where the patient is', async () => {
    const [, other] = clinic.specialists;
    const change = (body: object) => as.org_admin.patch(`/v1/specialists/${other}`, body).expect(200);
    const who = { patient_id: clinic.patients[3], specialist_id: other };
    const attempt = () => as.assistant.post('/v1/appointments', booking(next(), who));
    await change({ accepting_new_patients: false });
    expect((await attempt().expect(409)).body.detail).toContain('no new patients');
    await change({ accepting_new_patients: true, is_active: false });
    expect((await attempt().expect(409)).body.detail).toContain('not active');
    await change({ is_active: true });
    const settings = (body: object) =>
      as.org_admin.patch(`/v1/organizations/${clinic.id}/settings`, body).expect(200);
    await settings({ require_licence: true });
    expect((await attempt().expect(409)).body.detail).toContain('licence');
    const { state } = (await as.specialist.get(`/v1/patients/${clinic.patients[3]}`)).body.data.address;
    const licence = { country: 'US', state, number: '1', expires_on: '2099-12-31' };
    await change({ npi: '1245319599', licences: [licence] });
    await attempt().expect(201);
    await change({ licences: [{ ...licence, expires_on: '2020-01-01' }] });
    expect((await attempt().expect(409)).body.detail).toContain('licence');
    await settings({ require_licence: false });
  });

  it('leave no contact, reason or note readable in the database', async () => {
    const owner = await platform.superuser('main');
    const rows = await owner.query<{ row: string }>('select to_jsonb(a)::text as row from appointments a');
    await owner.close();
    const text = rows.map(({ row }) => row).join();
    for (const plain of ['Nina', 'stranger.example', 'Knee', 'Called', '0999'])
      expect(text).not.toContain(plain);
  });
});
