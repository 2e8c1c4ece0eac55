import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic, patientOf, personOf, thingOf, userOf } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };
const PORTABLE = `sex, blood_type, allergies, chronic_conditions, occupation, residence, emergency_contact_name,
  emergency_contact_phone`;
const COLUMNS = PORTABLE.split(/,\s+/);
const STAFF = ['specialist', 'other_specialist', 'assistant', 'org_admin', 'compliance'];
const READERS = ['specialist', 'org_admin', 'compliance'];

/** Person 1 of organization 1 has a login, and a record in organization 2 too: patient 5 there, in the specialist's care. */
describe('the portable profile in the database', () => {
  let databases: TestDatabases;
  let clinic: Clinic;
  const PERSON = personOf(1, 1);
  const OWNER = userOf(1, 'patient');
  const SECOND = '00000002-0000-7000-8000-c00000000005';
  const TEXT = thingOf(2, 8);

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new Clinic(databases).open();
    await clinic.superuser.query(
      `update patient_persons set ${COLUMNS.map((column) => `${column} = 'e1.1.${column}'`).join(', ')};
       insert into patients (organization_id, id, patient_person_id, user_id, first_name, last_name, last_name_index)
         values (2, '${SECOND}', '${PERSON}', '${OWNER}', 'e1.1.f', 'e1.1.l', 'x');
       insert into user_organizations (organization_id, user_id, role) values (2, '${OWNER}', 'patient');
       insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
         select 2, gen_random_uuid(), '${SECOND}', specialist_id, 'assignment' from care_relationships
          where organization_id = 2 and patient_id = '${patientOf(2, 1)}';
       insert into consent_texts (organization_id, id, kind, version, title, body)
         values (2, '${TEXT}', 'profile_sharing', 1, 'Sharing', 'Text')`,
    );
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });

  const own = (organization: number, text: string, more?: Record<string, string>) =>
    clinic.run(clinic.app, { organization, role: 'patient', user: OWNER, more }, text);
  /** What the staff of an organization are shown of the person, by role; in the words of any statement. */
  const shown = async (
    organization: number,
    text = `select ${PORTABLE} from patient_persons where id = '${PERSON}'`,
  ) => {
    const seen: string[] = [];
    for (const role of STAFF) if ((await clinic.as(organization, role, text)).length > 0) seen.push(role);
    return seen;
  };
  const share = () =>
    own(
      2,
      `insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind)
       values (2, gen_random_uuid(), '${SECOND}', '${TEXT}', 'profile_sharing')`,
    );
  const withdraw = () => own(2, `update patient_consents set withdrawn_at = clock_timestamp()`);

  it('is shown to no organization before the person shares it, whatever is asked', async () => {
    for (const organization of [1, 2]) {
      expect(await shown(organization)).toEqual([]);
      for (const column of COLUMNS)
        expect(
          await shown(organization, `select ${column} from patient_persons where ${column} is not null`),
        ).toEqual([]);
    }
  });

  it('is shown to the organization it is shared with, to no other, until it is withdrawn', async () => {
    await share();
    expect(await shown(2)).toEqual(READERS);
    expect(await shown(1)).toEqual([]);
    await withdraw();
    expect(await shown(2)).toEqual([]);
    await share();
    expect(await shown(2)).toEqual(READERS);
  });

  it('is shared by nobody but the person', async () => {
    for (const role of STAFF)
      await expect(
        clinic.as(2, role, `update patients set profile_shared = true where id = '${patientOf(2, 1)}'`),
      ).rejects.toMatchObject(REFUSED);
    expect(await shown(2, `select 1 from patient_persons where id = '${personOf(2, 1)}'`)).toEqual([]);
  });

  it('is closed to a specialist who does not care for the patient, also where the record is opened by break-glass', async () => {
    const grant = '00000002-0000-7000-8000-f0000000aaa1';
    await clinic.superuser.query(
      `insert into break_glass_sessions (organization_id, id, user_id, role, session_id, patient_id, purpose, reason, expires_at)
       select 2, '${grant}', '${userOf(2, 'other_specialist')}', 'specialist', s.id, '${SECOND}', 'emergency', 'e1.1.r',
         now() + interval '10 minutes' from sessions s limit 1`,
    );
    const opened = (table: string) =>
      clinic.run(
        clinic.app,
        {
          ...{ organization: 2, role: 'specialist', user: userOf(2, 'other_specialist') },
          more: { 'app.break_glass': grant },
        },
        `select 1 from ${table}`,
      );
    const [ofOthers] = [await clinic.as(2, 'other_specialist', 'select 1 from patients')];
    expect(await opened('patients')).toHaveLength(ofOthers.length + 1);
    expect(await opened('patient_persons')).toEqual([]);
  });

  it('is shown to its owner in every organization and in none, and to no staff who act as the owner', async () => {
    const read = `select ${PORTABLE} from patient_persons`;
    for (const organization of [1, 2]) {
      expect(await own(organization, read)).toHaveLength(1);
      const acting = { 'app.impersonation': thingOf(1, 1) };
      expect(await own(organization, `select 1 from patient_persons where id = '${PERSON}'`, acting)).toEqual(
        [],
      );
      await expect(own(organization, 'update patient_persons set sex = null', acting)).rejects.toMatchObject({
        code: 'impersonation_read_only',
      });
    }
    expect(await clinic.run(clinic.app, { user: OWNER }, read)).toHaveLength(1);
  });

  it('is written by its owner alone: a clinic that makes a person says nothing of the profile', async () => {
    for (const column of COLUMNS) {
      const insert = `insert into patient_persons (id, wrapped_key, ${column}) values (gen_random_uuid(), 'e1.1.k', 'e1.1.x')`;
      for (const role of ['specialist', 'assistant', 'org_admin'])
        await expect(clinic.as(2, role, insert)).rejects.toMatchObject(REFUSED);
      const change = `update patient_persons set ${column} = 'e1.1.x' returning 1`;
      for (const role of STAFF) expect(await clinic.as(2, role, change)).toEqual([]);
      expect(await own(1, change)).toHaveLength(1);
    }
    for (const column of ['user_id', 'wrapped_key', 'id'])
      await expect(own(1, `update patient_persons set ${column} = ${column}`)).rejects.toMatchObject(REFUSED);
  });

  it('is closed to an organization that has erased its record, and stays its owner’s', async () => {
    expect(await shown(2)).toEqual(READERS);
    await clinic.as(2, 'compliance', `select erase_patient(gen_random_uuid(), '${SECOND}', 'e1.1.reason')`);
    expect(await shown(2)).toEqual([]);
    expect(await own(1, `select ${PORTABLE} from patient_persons`)).toHaveLength(1);
  });

  it('goes with its key where the person has no login', async () => {
    await clinic.as(
      2,
      'compliance',
      `select erase_patient(gen_random_uuid(), '${patientOf(2, 4)}', 'e1.1.reason')`,
    );
    const [row] = await clinic.superuser.query(
      `select wrapped_key, ${PORTABLE} from patient_persons where id = '${personOf(2, 4)}'`,
    );
    expect(row).toEqual({ wrapped_key: '', ...Object.fromEntries(COLUMNS.map((column) => [column, null])) });
  });
});
