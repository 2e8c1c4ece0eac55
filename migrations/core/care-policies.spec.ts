import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { careOf, Clinic, patientOf, specialistOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };

/** What the database makes of care relationships, whatever the application asks of it. */
describe('care in the database', () => {
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

  const patientsSeen = async (organization: number, role: string) =>
    (await clinic.as<{ id: string }>(organization, role, 'select id from patients'))
      .map(({ id }) => id)
      .sort();
  const touched = async (organization: number, role: string, statement: string) => {
    const counting = `with touched as (${statement} returning 1) select count(*)::int as n from touched`;
    const [row] = await clinic.as<{ n: number }>(organization, role, counting);
    return row!.n;
  };

  it('shows the record no more when it is closed, and again with a new one', async () => {
    const close = `update care_relationships set closed_at = now() where id = '${careOf(2, 2)}'`;
    await clinic.as(2, 'org_admin', close);
    expect(await patientsSeen(2, 'specialist')).toEqual([patientOf(2, 1)]);
    expect(await touched(2, 'specialist', `update patients set version = version`)).toBe(1);
    const reopen = `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
      values (2, gen_random_uuid(), '${patientOf(2, 2)}', '${specialistOf(2)}', 'assignment')`;
    await expect(clinic.as(2, 'specialist', reopen)).rejects.toMatchObject(REFUSED);
    await clinic.as(2, 'org_admin', reopen);
    expect(await patientsSeen(2, 'specialist')).toEqual([patientOf(2, 1), patientOf(2, 2)]);
  });

  const open = (patient: string, specialist: string, reason: string, period = 'now(), null') =>
    `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason, opened_at, expires_at)
     values (1, gen_random_uuid(), '${patient}', '${specialist}', '${reason}', ${period})`;

  it('is taken by no specialist, and shared by who has it', async () => {
    const [own, other] = [specialistOf(1), specialistOf(1, 'other')];
    for (const patient of [patientOf(1, 3), patientOf(1, 4)])
      for (const [specialist, reason] of [
        [own, 'assignment'],
        [other, 'assignment'],
        [own, 'hand_over'],
      ] as const)
        await expect(clinic.as(1, 'specialist', open(patient, specialist, reason))).rejects.toMatchObject(
          REFUSED,
        );
    await clinic.as(
      1,
      'specialist',
      open(patientOf(1, 2), other, 'assignment', "now() + interval '9 years', null"),
    );
  });

  it('is closed by its own specialist, reopened by nobody, and its period never changes', async () => {
    const update = (change: string, number: 3 | 4) =>
      `update care_relationships set ${change} where id = '${careOf(1, number)}'`;
    expect(await touched(1, 'specialist', update('closed_at = now()', 4))).toBe(0);
    for (const role of ['specialist', 'org_admin']) {
      await expect(clinic.as(1, role, update('closed_at = null', 3))).rejects.toMatchObject(REFUSED);
      await expect(clinic.as(1, role, update('expires_at = null', 3))).rejects.toMatchObject(REFUSED);
    }
  });

  it('opens the record in its period only, to read and to change', async () => {
    const [specialist, admin] = ['specialist', 'org_admin'];
    const change = `update patients set version = version where id = '${patientOf(1, 3)}'`;
    const seen = async () => (await patientsSeen(1, specialist)).includes(patientOf(1, 3));
    const opened = (period: string) =>
      clinic.as(1, admin, open(patientOf(1, 3), specialistOf(1), 'assignment', period));
    await opened(`now() + interval '1 day', now() + interval '2 days'`);
    expect([await seen(), await touched(1, specialist, change)]).toEqual([false, 0]);
    await clinic.superuser.query(
      `insert into care_relationships (organization_id, id, patient_id, specialist_id, reason, opened_at, expires_at)
       values (1, gen_random_uuid(), '${patientOf(1, 3)}', '${specialistOf(1)}', 'assignment',
               now() - interval '2 days', now() - interval '1 day')`,
    );
    expect([await seen(), await touched(1, specialist, change)]).toEqual([false, 0]);
    await opened(`now(), now() + interval '1 hour'`);
    expect([await seen(), await touched(1, specialist, change)]).toEqual([true, 1]);
    await expect(opened(`now() + interval '30 minutes', null`)).rejects.toMatchObject({
      cause: { code: '23P01' },
    });
  });
});
