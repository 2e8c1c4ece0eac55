import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, patientOf, thingOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };
const OVERLAP = { cause: { code: '23P01' } };

describe('coverages and caregivers', () => {
  let databases: TestDatabases;
  let clinic: Clinic;

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new Clinic(databases).open();
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });

  const cover = (number: 1 | 2 | 3 | 4, order: number, from: string, more: Record<string, string> = {}) => {
    const columns = Object.keys(more).map((column) => `, ${column}`);
    return `insert into coverages (organization_id, id, patient_id, kind, payer, member_id, valid_from, coverage_order
      ${columns.join('')}) values (1, gen_random_uuid(), '${patientOf(1, number)}', 'private', 'e1.1.p', 'e1.1.m',
      '${from}', ${order}${Object.values(more)
        .map((value) => `, ${value}`)
        .join('')}) returning id`;
  };
  const verified = { verification: `'verified'`, verified_at: 'now()' };

  it('are entered by the patient and by who cares for the patient, and by nobody else', async () => {
    await clinic.as(1, 'patient', cover(1, 2, '2026-01-01'));
    await clinic.as(1, 'specialist', cover(2, 1, '2026-01-01'));
    for (const [role, number] of [
      ...([
        ['patient', 2],
        ['specialist', 3],
        ['specialist', 4],
        ['other_specialist', 1],
        ['assistant', 1],
      ] as const),
      ...([
        ['org_admin', 1],
        ['compliance', 1],
      ] as const),
    ])
      await expect(clinic.as(1, role, cover(number, 3, '2026-01-01'))).rejects.toMatchObject(REFUSED);
    const seen = (role: string) => clinic.as(1, role, 'select id from coverages');
    expect(await seen('patient')).toHaveLength(2);
    expect(await seen('specialist')).toHaveLength(3);
    expect(await seen('compliance')).toHaveLength(3);
    for (const role of ['assistant', 'org_admin', 'other_specialist']) expect(await seen(role)).toEqual([]);
  });

  it('follow one another in one place of the order, and never lie over each other', async () => {
    await expect(clinic.as(1, 'patient', cover(1, 1, '2030-01-01'))).rejects.toMatchObject(OVERLAP);
    const ended = `update coverages set valid_until = '2026-12-31' where id = '${thingOf(1, 6)}'`;
    await clinic.as(1, 'patient', ended);
    await expect(clinic.as(1, 'patient', cover(1, 1, '2026-12-31'))).rejects.toMatchObject(OVERLAP);
    await clinic.as(1, 'patient', cover(1, 1, '2027-01-01'));
  });

  it('are verified by nobody for themselves, and anew when who pays has changed', async () => {
    await expect(clinic.as(1, 'patient', cover(1, 4, '2026-01-01', verified))).rejects.toMatchObject(REFUSED);
    const own = `where id = '${thingOf(1, 6)}'`;
    const verify = `update coverages set verification = 'verified', verified_at = now() ${own} returning verification`;
    await expect(clinic.as(1, 'patient', verify)).rejects.toMatchObject(REFUSED);
    expect(await clinic.as(1, 'specialist', verify)).toEqual([{ verification: 'verified' }]);
    const state = () =>
      clinic.as(1, 'patient', `select verification, verified_at is null as open from coverages ${own}`);
    await clinic.as(1, 'patient', `update coverages set valid_until = '2026-11-30' ${own}`);
    expect(await state()).toEqual([{ verification: 'verified', open: false }]);
    await clinic.as(1, 'patient', `update coverages set member_id = 'e1.1.other' ${own}`);
    expect(await state()).toEqual([{ verification: 'unverified', open: true }]);
  });

  it('take the place of the insurance that was stated with the record, whoever enters the first', async () => {
    const stated = `select insurance_provider as provider from patients where organization_id = 1 and insurance_provider is not null`;
    await clinic.superuser.query(
      `update patients set insurance_provider = 'e1.1.stated' where organization_id = 1 and id in ('${patientOf(1, 1)}', '${patientOf(1, 3)}')`,
    );
    await clinic.as(1, 'patient', cover(1, 5, '2026-01-01'));
    expect(await clinic.superuser.query(stated)).toEqual([{ provider: 'e1.1.stated' }]); // patient 3's
  });

  it('stay ended', async () => {
    for (const [table, end] of [
      ['coverages', `status = 'cancelled'`],
      ['patient_caregivers', 'ended_at = now()'],
    ]) {
      const change = (columns: string) => `update ${table} set ${columns} where id = '${thingOf(2, 6)}'`;
      await clinic.as(2, 'patient', change(end!));
      await expect(clinic.as(2, 'patient', change('valid_until = null'))).rejects.toMatchObject(REFUSED);
    }
  });

  it('caregivers are the desk’s to enter too, and nobody moves one to another patient', async () => {
    for (const role of ['patient', 'specialist', 'assistant', 'org_admin'])
      await clinic.as(
        1,
        role,
        `insert into patient_caregivers (organization_id, id, patient_id, name, relationship, valid_from)
         values (1, gen_random_uuid(), '${patientOf(1, 1)}', 'e1.1.x', 'spouse', '2026-01-01')`,
      );
    expect(await clinic.as(1, 'other_specialist', 'select 1 from patient_caregivers')).toEqual([]);
    for (const table of ['coverages', 'patient_caregivers'])
      await expect(
        clinic.as(1, 'specialist', `update ${table} set patient_id = '${patientOf(1, 2)}'`),
      ).rejects.toMatchObject(REFUSED);
  });
});
