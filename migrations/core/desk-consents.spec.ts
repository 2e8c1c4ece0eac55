import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, patientOf, thingOf, userOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };
const CHECK = { code: '23514' };

describe('consents the desk records', () => {
  let databases: TestDatabases;
  let clinic: Clinic;

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new Clinic(databases).open();
    await clinic.superuser.query(
      `insert into consent_texts (organization_id, id, kind, version, title, body)
       values (1, '${thingOf(1, 8)}', 'profile_sharing', 1, 'x', 'x')`,
    );
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });

  const insert = (number: 1 | 2 | 3 | 4, by: string, text = thingOf(1, 6), kind = 'treatment') =>
    `insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind, signed_on, recorded_by)
     values (1, gen_random_uuid(), '${patientOf(1, number)}', '${text}', '${kind}', ${by === 'null' ? 'null' : `'2026-01-01'`}, ${by})`;
  const self = (role: string) => `'${userOf(1, role)}'`;
  const refused = (role: string, statement: string) =>
    expect(clinic.as(1, role, statement)).rejects.toMatchObject(REFUSED);

  it('are recorded under the own name, by the desk and by who cares for the patient', async () => {
    for (const role of ['assistant', 'org_admin', 'specialist']) {
      await refused(role, insert(2, 'null')); // as if the patient had given it in person
      await refused(role, insert(2, self('compliance')));
      await refused(role, insert(2, self(role), thingOf(1, 8), 'profile_sharing'));
    }
    await refused('specialist', insert(3, self('specialist'))); // no longer in care
    await refused('other_specialist', insert(2, self('other_specialist')));
    await refused('compliance', insert(2, self('compliance')));
    await refused('patient', insert(1, self('patient'))); // a patient's own is no paper
    await clinic.as(1, 'assistant', insert(3, self('assistant')));
    await clinic.as(1, 'specialist', insert(2, self('specialist')));
  });

  it('name a day and who recorded it, or neither', async () => {
    const half = insert(4, self('assistant')).replace(`'2026-01-01'`, 'null');
    await expect(clinic.as(1, 'assistant', half)).rejects.toMatchObject(CHECK);
  });

  it('are withdrawn under the own name, and stay withdrawn', async () => {
    const change = (columns: string) =>
      `update patient_consents set ${columns} where id = '${thingOf(1, 7)}'`;
    const told = (by: string) =>
      change(`withdrawn_at = now(), withdrawal_told_on = '2026-01-02', withdrawal_recorded_by = ${by}`);
    await refused('patient', told(self('assistant')));
    await refused('assistant', change('withdrawn_at = now()')); // as if the patient had done it in person
    await refused('assistant', told(self('org_admin')));
    await clinic.as(1, 'assistant', told(self('assistant')));
    for (const role of ['patient', 'assistant', 'org_admin'])
      await refused(role, change('withdrawn_at = null'));
  });
});
