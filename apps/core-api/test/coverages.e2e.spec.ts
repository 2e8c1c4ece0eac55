import type { AuditLogEntry, Caregiver, Coverage, Patient } from '@restartix/contracts';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, eventsOf, requestId } from './api';

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('what is kept with a patient’s record', () => {
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let second: ProvisionedOrganization;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 14 });
    [clinic, second] = platform.organizations as [ProvisionedOrganization, ProvisionedOrganization];
  }, 120_000);
  afterAll(() => platform?.stop());

  const as = (role: keyof ProvisionedOrganization['tokens'], of = clinic) =>
    caller(platform, of.tokens[role]);
  const cover = (more: object = {}) => ({
    ...{ kind: 'private', payer: 'Casa Nord', member_id: 'N-1', group_number: 'G-7', plan: 'Gold' },
    ...{ valid_from: day(-30), ...more },
  });
  const recordOf = async (patient: string) =>
    (await as('specialist').get(`/v1/patients/${patient}`).expect(200)).body.data as Patient;

  describe('coverages', () => {
    const enter = async (patient: string, more: object = {}) =>
      (await as('specialist').post(`/v1/patients/${patient}/coverages`, cover(more)).expect(201)).body
        .data as Coverage;

    it('take the place of the insurance stated with the record, which shows what pays first', async () => {
      const [patient] = clinic.patients as [string];
      const stated = await recordOf(patient);
      expect(stated.insurance?.provider).toBe('CNAS');
      const path = `/v1/patients/${patient}`;
      await as('specialist')
        .patch(path, { insurance: { group_number: '1' } })
        .expect(200);
      const answer = await as('patient')
        .post(`${path}/coverages`, cover({ order: 2 }))
        .expect(201);
      expect((await recordOf(patient)).insurance).toEqual({
        ...{ provider: null, member_id: null, group_number: null },
      });
      const events = await eventsOf(as('compliance'), requestId(answer), 2);
      expect(events.map(({ action, resource_type }) => `${action} ${resource_type}`).sort()).toEqual([
        'create coverage',
        'update patient',
      ]);
      const refused = await as('specialist')
        .patch(path, { insurance: { provider: 'X' } })
        .expect(409);
      expect(refused.body.code).toBe('conflict');
      const first = await enter(patient, { payer: 'Casa Vest', valid_until: day(0) });
      await enter(patient, { payer: 'Casa Est', valid_from: day(1) });
      expect((await recordOf(patient)).insurance).toEqual({
        ...{ provider: 'Casa Vest', member_id: 'N-1', group_number: 'G-7' },
      });
      await as('specialist').post(`${path}/coverages/${first.id}/end`, {}).expect(200);
      expect((await recordOf(patient)).insurance?.provider).toBeNull();
      const listed = await as('patient').get(`${path}/coverages`).expect(200);
      expect(
        (listed.body.data as Coverage[]).map(({ order, status, payer }) => [order, status, payer]),
      ).toEqual([
        [1, 'active', 'Casa Est'],
        [2, 'active', 'Casa Nord'],
        [1, 'cancelled', 'Casa Vest'],
      ]);
    });

    it('are true once, whoever states insurance and whoever enters the first coverage at the same time', async () => {
      const patients = clinic.patients.slice(3, 8);
      for (const patient of patients) {
        const path = `/v1/patients/${patient}`;
        const race = await Promise.all([
          as('specialist').patch(path, { insurance: { provider: 'Stated' } }),
          as('specialist').post(`${path}/coverages`, cover({ order: 1 })),
          as('specialist').post(`${path}/coverages`, cover({ order: 1 })),
        ]);
        expect([200, 409]).toContain(race[0].status);
        expect(
          race
            .slice(1)
            .map(({ status }) => status)
            .sort(),
        ).toEqual([201, 409]);
        expect((await recordOf(patient)).insurance?.provider).toBe('Casa Nord');
      }
      const main = await platform.superuser('main');
      const left = await main.query(
        'select 1 from patients where id = any($1) and insurance_provider is not null',
        [patients],
      );
      await main.close();
      expect(left).toEqual([]);
    });

    it('are verified by staff, anew when who pays has changed, and no longer after the last day', async () => {
      const [, patient] = clinic.patients as [string, string];
      const { id, verification } = await enter(patient);
      expect(verification).toBe('unverified');
      const path = `/v1/patients/${patient}/coverages/${id}`;
      const change = async (body: object) =>
        ((await as('specialist').patch(path, body).expect(200)).body.data as Coverage).verification;
      const verify = () => as('specialist').post(`${path}/verification`, { outcome: 'verified' });
      await verify().expect(200);
      expect(await change({ valid_until: day(10) })).toBe('verified');
      expect(await change({ plan: 'Silver' })).toBe('unverified');
      await verify().expect(200);
      expect(await change({ valid_until: day(-1) })).toBe('expired');
      await as('specialist')
        .patch(path, { valid_until: day(-40) })
        .expect(400);
      await as('specialist').patch(path, {}).expect(400);
      await as('specialist').post(`${path}/end`, {}).expect(200);
      for (const again of [verify(), as('specialist').post(`${path}/end`, {})]) await again.expect(409);
      const own = `/v1/patients/${clinic.patients[0]}/coverages/${id}`;
      await as('patient').post(`${own}/verification`, { outcome: 'verified' }).expect(403);
      await as('specialist').patch(own, { plan: 'x' }).expect(404); // another patient's coverage
    });

    it('are nothing to the desk, to strangers, and to whoever does not care for the patient', async () => {
      const [patient] = clinic.patients as [string];
      const path = `/v1/patients/${patient}/coverages`;
      for (const role of ['assistant', 'org_admin'] as const) await as(role).get(path).expect(403);
      for (const role of ['patient', 'specialist', 'compliance'] as const)
        await as(role, second).get(path).expect(404);
      await as('specialist', second).post(path, cover()).expect(404);
      await as('specialist').post(`/v1/patients/${clinic.patients[12]}/coverages`, cover()).expect(404);
      await as('patient').get(`/v1/patients/${clinic.patients[1]}/coverages`).expect(404);
      await as('compliance').post(path, cover()).expect(403);
      await as('compliance').get(path).expect(200);
    });
  });

  describe('caregivers', () => {
    it('are contacts of the record for who sees it, under its key, and open to compliance in the trail', async () => {
      const [, , patient] = clinic.patients as [string, string, string];
      const path = `/v1/patients/${patient}/caregivers`;
      const body = {
        ...{ name: 'Elena Radu', relationship: 'child', phone: '+40799000331', may_act: true },
        valid_from: day(-1),
      };
      const entered = (await as('assistant').post(path, body).expect(201)).body.data as Caregiver;
      expect(entered).toMatchObject({ ...body, email: null, active: true, ended_at: null });
      const changed = await as('specialist')
        .patch(`${path}/${entered.id}`, { name: 'Elena Pop' })
        .expect(200);
      const [event] = (await eventsOf(as('compliance'), requestId(changed), 1)) as [AuditLogEntry];
      expect(event.details.changes?.['name']).toEqual({ old: 'Elena Radu', new: 'Elena Pop' });
      const [hidden] = (await eventsOf(as('org_admin'), requestId(changed), 1)) as [AuditLogEntry];
      expect(hidden.details.changes?.['name']).toEqual({ old: '[protected]', new: '[protected]' });
      for (const role of ['specialist', 'assistant', 'org_admin', 'compliance'] as const)
        await as(role, second).get(path).expect(404);
      await as('patient').get(path).expect(404);
      await as('org_admin').post(`${path}/${entered.id}/end`, {}).expect(200);
      await as('org_admin').post(`${path}/${entered.id}/end`, {}).expect(409);
      await as('specialist').patch(`${path}/${entered.id}`, { may_act: false }).expect(409);
      const [listed] = (await as('specialist').get(path).expect(200)).body.data as Caregiver[];
      expect(listed).toMatchObject({ id: entered.id, name: 'Elena Pop', active: false });
    });

    it('go with the record when it is erased, and so does what the trail holds of them', async () => {
      const patient = clinic.patients[9] as string;
      const path = `/v1/patients/${patient}`;
      const entered = await as('specialist')
        .post(`${path}/caregivers`, { name: 'Gone Radu', relationship: 'other', valid_from: day(0) })
        .expect(201);
      await as('specialist').post(`${path}/coverages`, cover()).expect(201);
      await as('compliance').post(`${path}/erasure`, { reason: 'Asked for' }).expect(200);
      const main = await platform.superuser('main');
      for (const table of ['coverages', 'patient_caregivers'])
        expect(await main.query(`select 1 from ${table} where patient_id = $1`, [patient])).toEqual([]);
      await main.close();
      const [event] = (await eventsOf(as('compliance'), requestId(entered), 1)) as [AuditLogEntry];
      expect(event.details.changes?.['name']).toEqual({ new: '[erased]' });
      await as('specialist').get(`${path}/caregivers`).expect(404);
    });
  });
});
