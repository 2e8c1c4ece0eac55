import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, patientOf, personOf, userOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };

describe('the erasure of a patient', () => {
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

  const erase = (organization: 1 | 2, role: string, number: 1 | 2 | 3 | 4, of = organization) =>
    clinic.as<{ keys_destroyed: number; person_erased: boolean }>(
      organization,
      role,
      `select * from erase_patient(gen_random_uuid(), '${patientOf(of, number)}', 'e1.1.reason')`,
    );
  const left = async (text: string) => (await clinic.superuser.query(text)).length;
  /** Rows of these tables that hold a text. */
  const holding = (text: string, ...tables: string[]) =>
    left(
      tables
        .map((table) => `select 1 from ${table} entry where to_jsonb(entry)::text like '%${text}%'`)
        .join(' union all '),
    );

  it('is refused by the database to every other role and under a hold, and finds nobody elsewhere', async () => {
    for (const role of ['patient', 'specialist', 'other_specialist', 'assistant', 'org_admin'])
      await expect(erase(1, role, 4)).rejects.toMatchObject(REFUSED);
    await expect(erase(1, 'compliance', 2)).rejects.toMatchObject({
      cause: { message: 'A legal hold is in force' },
    });
    expect(await erase(1, 'compliance', 4, 2)).toEqual([]);
    const asSystem = `select erase_patient(gen_random_uuid(), '${patientOf(1, 4)}', 'x')`;
    await expect(
      clinic.run(clinic.system, { organization: 1, role: 'compliance' }, asSystem),
    ).rejects.toMatchObject(REFUSED);
    expect(await left('select 1 from patient_keys')).toBe(8);
  });

  it('destroys the keys, empties the record, and ends what tied the person to the organization', async () => {
    const own = `patient_id = '${patientOf(1, 1)}'`;
    await clinic.superuser.query(
      `update appointments set reason = 'e1.1.knee', wrapped_key = 'e1.1.of-visit' where ${own};
       update messages set data = 'e1.1.visit', wrapped_key = 'e1.1.of-message' where recipient_${own}`,
    );
    expect(await holding('e1.1.of-', 'appointments', 'messages')).toBe(2);
    expect(await erase(1, 'compliance', 1)).toMatchObject([{ keys_destroyed: 1, person_erased: false }]);
    expect(await holding('e1.1.of-', 'appointments', 'messages')).toBe(0);
    expect(await holding('e1.1.knee', 'audit_outbox')).toBeGreaterThan(0);
    expect(await holding('e1.1.visit', 'audit_outbox')).toBeGreaterThan(0);
    expect(await holding('e1.1.of-', 'audit_outbox')).toBe(0); // the trail never saw a key of a visit or message
    const [record] = await clinic.superuser.query<Record<string, unknown>>(
      `select * from patients where id = '${patientOf(1, 1)}'`,
    );
    expect(JSON.stringify(record)).not.toMatch(/e1[.]|"index"/);
    expect(record).toMatchObject({ user_id: null, deleted_at: expect.any(Date) });
    const patient = `'${patientOf(1, 1)}'`;
    expect(await left(`select 1 from patient_keys where patient_id = ${patient}`)).toBe(0);
    expect(
      await left(`select 1 from care_relationships where patient_id = ${patient} and closed_at is null`),
    ).toBe(0);
    for (const table of ['coverages', 'patient_caregivers'])
      expect(await left(`select 1 from ${table}`)).toBe(1);
    expect(await left(`select 1 from user_organizations where user_id = '${userOf(1, 'patient')}'`)).toBe(0);
    expect(await left(`select 1 from patient_keys`)).toBe(7);
    expect(await erase(1, 'compliance', 1)).toEqual([]);
  });

  it('takes the portable person along who has no login, and nobody else', async () => {
    expect(await erase(1, 'compliance', 4)).toMatchObject([{ keys_destroyed: 1, person_erased: true }]);
    const gone = await clinic.superuser.query<{ id: string }>(
      `select id from patient_persons where wrapped_key = ''`,
    );
    expect(gone).toEqual([{ id: personOf(1, 4) }]);
  });

  it('takes messages to the record and to its login, unless the login works here too; no one else’s', async () => {
    const write = (organization: number, recipient: string, name: string) =>
      clinic.superuser.query(
        `insert into messages (organization_id, id, template, channel, ${recipient.split(' ')[0]}, data, wrapped_key,
           dedupe_key, not_before)
         values (${organization}, gen_random_uuid(), 'x', 'email', '${recipient.split(' ')[1]}', 'e1.1.${name}',
           'e1.1.key-${name}', '${name}', now())`,
      );
    const [login, worker] = [userOf(2, 'patient'), userOf(2, 'other_specialist')];
    await clinic.superuser.query(
      `update patients set user_id = '${worker}' where organization_id = 2 and id = '${patientOf(2, 3)}';
       delete from erasures where organization_id = 2`,
    );
    await write(2, `recipient_patient_id ${patientOf(2, 1)}`, 'to-record');
    await write(2, `recipient_user_id ${login}`, 'to-login');
    await write(1, `recipient_user_id ${login}`, 'elsewhere');
    await write(2, `recipient_patient_id ${patientOf(2, 3)}`, 'to-worker-as-patient');
    await write(2, `recipient_user_id ${worker}`, 'to-worker');
    await write(2, `recipient_user_id ${userOf(2, 'org_admin')}`, 'to-admin');
    for (const number of [1, 3] as const) expect(await erase(2, 'compliance', number)).toHaveLength(1);
    const names = ['to-record', 'to-login', 'elsewhere', 'to-worker-as-patient', 'to-worker', 'to-admin'];
    const kept = await clinic.superuser.query<{ name: string }>(
      `select m.dedupe_key as name from messages m join message_dispatches d on d.message_id = m.id
       where m.dedupe_key in ('${names.join("','")}') order by 1`,
    );
    expect(kept.map(({ name }) => name)).toEqual(['elsewhere', 'to-admin', 'to-worker']);
    expect(await holding('key-to-login', 'messages', 'audit_outbox')).toBe(0);
    expect(await holding('e1.1.to-login', 'audit_outbox')).toBe(2); // written and deleted: nothing opens it now
  });
});
