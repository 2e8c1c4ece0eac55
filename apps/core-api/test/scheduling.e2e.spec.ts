import type { Clinic, OrganizationDomain, Schedule, SpecialistProfile, Timeslot } from '@restartix/contracts';
import { startPlatform, type Platform } from '@restartix/testing';
import { DnsLab } from '@restartix/vendor-lab';
import { caller, eventsOf, requestId, type Caller } from './api';

describe('clinics, specialists and their time', () => {
  let platform: Platform;
  let admin: Caller;
  let specialist: Caller;
  let patient: Caller;
  let stranger: Caller;
  const dns = new DnsLab();

  beforeAll(async () => {
    await dns.start();
    platform = await startPlatform({ patients: 2, environment: { coreApi: { DNS_SERVERS: dns.server } } });
    const [first, second] = platform.organizations;
    admin = caller(platform, first!.tokens.org_admin);
    specialist = caller(platform, first!.tokens.specialist);
    patient = caller(platform, first!.tokens.patient);
    stranger = caller(platform, second!.tokens.org_admin);
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await dns.stop();
  });

  const first = () => platform.organizations[0]!;
  const nextYear = new Date().getUTCFullYear() + 1;

  it('opens a clinic with the defaults of the source, and refuses hours, zones and calendars that are none', async () => {
    const opened = await admin.post('/v1/clinics', { name: 'Second street' }).expect(201);
    const clinic = opened.body.data as Clinic;
    expect(clinic).toMatchObject({ ehr_system: 'epic', timezone: 'America/New_York', business_hours: {} });
    const events = await eventsOf(caller(platform, first().tokens.compliance), requestId(opened), 1);
    expect(events).toMatchObject([{ action: 'create', resource_type: 'clinic', resource_id: clinic.id }]);
    for (const [field, fault] of [
      ['business_hours.mon.start', { business_hours: { mon: { start: '9', end: '17:00' } } }],
      ['business_hours.monday', { business_hours: { monday: { start: '09:00', end: '17:00' } } }],
      ['timezone', { timezone: 'Europe/Nowhere' }],
      ['holiday_calendar', { holiday_calendar: 'XX' }],
    ] as const) {
      const refused = await admin.patch(`/v1/clinics/${clinic.id}`, fault).expect(400);
      expect(refused.body.errors).toMatchObject([{ field }]);
    }
    await stranger.get(`/v1/clinics/${clinic.id}`).expect(404);
    await patient.patch(`/v1/clinics/${clinic.id}`, { name: 'Mine' }).expect(403);
  });

  it('keeps numbers of registers, licences and one primary clinic, and shows patients none of the numbers', async () => {
    const [id] = first().specialists;
    const us = { country: 'US', state: 'CA', number: 'PT-11', expires_on: '2030-01-31' };
    const without = await admin.patch(`/v1/specialists/${id}`, { licences: [us] }).expect(400);
    expect(without.body.errors).toMatchObject([{ field: 'npi' }]);
    const wrong = await admin
      .patch(`/v1/specialists/${id}`, { npi: '1234567890', credentials: ['XX'] })
      .expect(400);
    expect(wrong.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'credentials',
      'npi',
    ]);
    const change = { npi: '1234567893', dea_number: 'AB1234563', licences: [us], credentials: ['PT'] };
    const changed = await admin.patch(`/v1/specialists/${id}`, change).expect(200);
    expect(changed.body.data).toMatchObject({ npi: '1234567893', dea_number: 'AB1234563', licences: [us] });
    const seen = (await patient.get(`/v1/specialists/${id}`).expect(200)).body.data as SpecialistProfile;
    for (const hidden of ['npi', 'dea_number', 'licences', 'email']) expect(seen).not.toHaveProperty(hidden);
    const two = [first().clinic, first().clinic].map((clinic_id) => ({ clinic_id, is_primary: true }));
    await admin.patch(`/v1/specialists/${id}`, { clinics: two }).expect(400);
    const taken = await admin.post('/v1/specialists', { name: 'Other', dea_number: 'ab1234563' }).expect(409);
    expect(taken.body.code).toBe('already_exists');
    await admin.patch(`/v1/specialists/${id}`, { licences: [] }).expect(200);
    await admin.patch(`/v1/specialists/${id}`, { licences: [us] }).expect(200);
    const foreign = [{ clinic_id: platform.organizations[1]!.clinic }];
    await admin.patch(`/v1/specialists/${id}`, { clinics: foreign }).expect(409);
  });

  it('lets specialists plan their own time only, and the desk everybody’s', async () => {
    const [own, other] = first().specialists;
    const away = {
      starts_at: `${nextYear}-06-01T00:00:00Z`,
      ends_at: `${nextYear}-06-02T00:00:00Z`,
      is_available: false,
    };
    await specialist.post(`/v1/specialists/${own}/overrides`, away).expect(201);
    await specialist.post(`/v1/specialists/${other}/overrides`, away).expect(403);
    const desk = caller(platform, first().tokens.assistant);
    const added = await desk.post(`/v1/specialists/${other}/overrides`, away).expect(201);
    const schedule = (await patient.get(`/v1/specialists/${other}/schedule`).expect(200)).body
      .data as Schedule;
    expect(schedule.overrides.map(({ id }) => id)).toEqual([added.body.data.id]);
    expect(schedule.weekly_hours).toHaveLength(5);
    await desk.to('delete', `/v1/specialists/${other}/overrides/${added.body.data.id}`).expect(200);
    await desk.to('delete', `/v1/specialists/${other}/overrides/${added.body.data.id}`).expect(404);
  });

  it('shows free times of the first who could, in the clinic’s hours', async () => {
    const monday = new Date();
    monday.setUTCDate(monday.getUTCDate() + 7 + ((8 - monday.getUTCDay()) % 7));
    const from = `${monday.toISOString().slice(0, 10)}T00:00:00Z`;
    const until = `${monday.toISOString().slice(0, 10)}T23:00:00Z`;
    const ask = (asker: Caller, more = '') =>
      asker.get(
        `/v1/availability?appointment_type_id=${first().appointmentType}&from=${from}&until=${until}${more}`,
      );
    const slots = (await ask(patient).expect(200)).body.data as Timeslot[];
    expect([0, 16]).toContain(slots.length); // none where that Monday is a holiday
    expect(new Set(slots.map(({ specialist_id }) => specialist_id)).size).toBeLessThanOrEqual(1);
    const second = await ask(patient, `&specialist_id=${first().specialists[1]}`).expect(200);
    expect(second.body.data).toHaveLength(slots.length);
    await ask(stranger).expect(404);
  });

  it('tells a portal whose host name it has, once it is proven', async () => {
    const nobody = caller(platform);
    const resolve = (host: string) => nobody.get(`/v1/public/organizations/resolve?host=${host}`);
    for (const { id, slug } of platform.organizations)
      expect((await resolve(`${slug}.portal.restartix.app`).expect(200)).body.data).toMatchObject({
        id,
        slug,
      });
    const own = `book.organization-${first().id}.example.org`;
    await resolve(own).expect(404);
    const verify = async (by: Caller, organization: number, id: string) =>
      (await by.post(`/v1/organizations/${organization}/domains/${id}/verify`, {}).expect(200)).body
        .data as OrganizationDomain;
    const asked = await verify(admin, first().id, first().domains[0]);
    expect(asked.verified_at).toBeNull(); // nobody has published anything
    const { id: otherId } = platform.organizations[1]!;
    const foreign = (
      await stranger.post(`/v1/organizations/${otherId}/domains`, { hostname: own }).expect(201)
    ).body.data as OrganizationDomain;
    expect(foreign.record_name).toBe(asked.record_name);
    dns.publish(asked.record_name, 'v=spf1 -all');
    dns.publish(asked.record_name, asked.record_value);
    expect((await verify(stranger, otherId, foreign.id)).verified_at).toBeNull(); // another's record proves nothing
    dns.isBroken = true;
    expect((await verify(admin, first().id, first().domains[0])).verified_at).toBeNull();
    dns.isBroken = false;
    await resolve(own).expect(404);
    expect((await verify(admin, first().id, first().domains[0])).verified_at).not.toBeNull();
    expect((await resolve(own).expect(200)).body.data.id).toBe(first().id);
    dns.publish(foreign.record_name, foreign.record_value);
    const second = await stranger.post(`/v1/organizations/${otherId}/domains/${foreign.id}/verify`, {});
    expect([second.status, second.body.code]).toEqual([409, 'already_exists']); // a name has one owner
    expect((await resolve(own).expect(200)).body.data.id).toBe(first().id);
    await resolve('unknown.portal.restartix.app').expect(404);
  });

  it('closes every door to a specialist who is not active, in that organization, and opens them again', async () => {
    const [id] = first().specialists;
    const activate = (is_active: boolean) => admin.patch(`/v1/specialists/${id}`, { is_active }).expect(200);
    await specialist.get('/v1/patients').expect(200);
    await activate(false);
    const refused = await specialist.get('/v1/patients').expect(403);
    expect(refused.body.code).toBe('not_a_member');
    const colleague = platform.organizations[1]!.tokens.specialist;
    await caller(platform, colleague).get('/v1/patients').expect(200);
    await activate(true);
    await specialist.get('/v1/patients').expect(200);
  });
});
