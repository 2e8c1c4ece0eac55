import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, patientOf, userOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };
const STAFF = ['specialist', 'other_specialist', 'assistant', 'org_admin', 'compliance'];

describe('claims of records in the database', () => {
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

  let codes = 0;
  const issue = (role: string, number: 1 | 2 | 3 | 4, by = role) =>
    clinic.as(
      1,
      role,
      `insert into patient_claims (organization_id, id, patient_id, code_index, channel, issued_by, expires_at)
       values (1, gen_random_uuid(), '${patientOf(1, number)}', 'code ${(codes += 1)}', 'sms', '${userOf(1, by)}',
         now() + interval '1 day')`,
    );

  it('are issued by the desk and by who cares for the patient, in their own name', async () => {
    await issue('specialist', 1);
    await issue('assistant', 3);
    for (const [role, number, by] of [
      ['specialist', 4, 'specialist'],
      ['other_specialist', 1, 'other_specialist'],
      ['patient', 1, 'patient'],
      ['compliance', 4, 'compliance'],
      ['assistant', 4, 'org_admin'],
    ] as const)
      await expect(issue(role, number, by)).rejects.toMatchObject(REFUSED);
    await issue('org_admin', 4);
  });

  it('are open one at a time, whoever issues the next', async () => {
    await expect(issue('org_admin', 1)).rejects.toMatchObject({ cause: { code: '23505' } });
    const replace = `update patient_claims set replaced_at = now() where patient_id = '${patientOf(1, 1)}' returning 1`;
    expect(await clinic.as(1, 'other_specialist', replace)).toEqual([]);
    expect(await clinic.as(1, 'org_admin', replace)).toHaveLength(1);
    await issue('org_admin', 1);
  });

  it('are said to be used, and records are given away, by no request', async () => {
    for (const role of [...STAFF, 'patient'])
      for (const change of [
        ...[`used_at = now(), used_by = '${userOf(1, 'assistant')}'`, 'wrong_answers = 0'],
        ...[`expires_at = now() + interval '1 day'`, `code_index = 'x'`, `patient_id = '${patientOf(1, 4)}'`],
      ])
        await expect(clinic.as(1, role, `update patient_claims set ${change}`)).rejects.toMatchObject(
          REFUSED,
        );
    const login = userOf(1, 'assistant');
    for (const table of ['patients', 'patient_persons'])
      for (const role of [...STAFF, 'patient'])
        await expect(clinic.as(1, role, `update ${table} set user_id = '${login}'`)).rejects.toMatchObject(
          REFUSED,
        );
  });

  it('are seen by the organization’s staff alone', async () => {
    const seen = async (organization: number, role: string) =>
      (await clinic.as(organization, role, `select 1 from patient_claims where organization_id = 1`)).length;
    expect(await seen(1, 'patient')).toBe(0);
    expect(await seen(1, 'compliance')).toBeGreaterThan(3);
    for (const role of [...STAFF, 'patient']) expect(await seen(2, role)).toBe(0);
  });

  it('keep the code out of the trail, its hash too', async () => {
    const held = await clinic.superuser.query(
      `select 1 from audit_outbox where event ->> 'resource_type' = 'patient_claim' and event::text like '%code%'`,
    );
    expect(held).toEqual([]);
  });
});
