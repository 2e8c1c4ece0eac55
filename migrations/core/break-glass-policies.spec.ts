import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { breakGlassOf, Clinic, patientOf, sessionOf, SUPERADMIN, userOf, type Who } from './test/clinic';

const REFUSED = { cause: { code: '42501' } };
const LIVE = '00000001-0000-7000-8000-f0000000aaa1';
const OPERATORS = '00000001-0000-7000-8000-f0000000aaa2';

/** What the database shows by break-glass: exactly what was opened, to who opened it, until it ends. */
describe('break-glass in the database', () => {
  let databases: TestDatabases;
  let clinic: Clinic;

  const specialist = (grants: string, organization = 1): Who => ({
    organization,
    role: 'specialist',
    user: userOf(1, 'specialist'),
    more: { 'app.break_glass': grants },
  });
  const superadmin = (grants: string, organization = 1): Who => ({
    organization,
    role: 'superadmin',
    user: SUPERADMIN,
    more: { 'app.break_glass': grants },
  });
  const seen = async (who: Who, table = 'patients', column = 'id') =>
    (await clinic.run<{ id: string }>(clinic.app, who, `select distinct ${column} as id from ${table}`))
      .map(({ id }) => id)
      .sort();

  beforeAll(async () => {
    databases = await createTestDatabases();
    clinic = await new Clinic(databases).open();
    const open = (id: string, user: string, role: string, patient: string) =>
      clinic.superuser.query(
        `insert into break_glass_sessions (organization_id, id, user_id, role, session_id, patient_id, purpose, reason,
           expires_at) values (1, $1, $2, $3, $4, $5, 'emergency', 'e1.1.reason', now() + interval '10 minutes')`,
        [id, user, role, sessionOf(1), patient],
      );
    await open(LIVE, userOf(1, 'specialist'), 'specialist', patientOf(1, 4));
    await open(OPERATORS, SUPERADMIN, 'superadmin', patientOf(1, 2));
  });
  afterAll(async () => {
    await clinic?.close();
    await databases?.drop();
  });

  it('shows a specialist the record beside those in care, and its keys', async () => {
    const open = [patientOf(1, 1), patientOf(1, 2), patientOf(1, 4)];
    expect(await seen(specialist(LIVE))).toEqual(open);
    expect(await seen(specialist(LIVE), 'patient_keys', 'patient_id')).toEqual(open);
    expect(await seen(specialist(''))).toEqual([patientOf(1, 1), patientOf(1, 2)]);
  });

  it('shows a superadmin the one record, in the one organization, and nothing besides', async () => {
    expect(await seen(superadmin(OPERATORS))).toEqual([patientOf(1, 2)]);
    expect(await seen(superadmin(OPERATORS), 'patient_keys', 'patient_id')).toEqual([patientOf(1, 2)]);
    expect(await seen(superadmin(OPERATORS, 2))).toEqual([]);
    expect(await seen(superadmin(''))).toEqual([]);
    for (const table of ['care_relationships', 'appointments', 'legal_holds', 'exercise_sessions'])
      expect([table, await seen(superadmin(OPERATORS), table)]).toEqual([table, []]);
  });

  it('counts for nobody but who opened it, in the role it was opened in', async () => {
    expect(await seen(superadmin(LIVE))).toEqual([]);
    expect(await seen(specialist(OPERATORS))).toEqual([patientOf(1, 1), patientOf(1, 2)]);
    expect(await seen({ ...specialist(LIVE), user: userOf(1, 'other_specialist') })).toEqual([
      patientOf(1, 4),
    ]);
    expect(await seen({ ...specialist(LIVE), role: 'patient' })).toEqual([]);
  });

  it('is over when its time is, and by a clock that is ahead', async () => {
    expect(await seen(specialist(breakGlassOf(1)))).not.toContain(patientOf(1, 4));
    const ahead = (minutes: number) => {
      const who = superadmin(OPERATORS);
      return { ...who, more: { ...who.more, 'app.clock_ahead_ms': String(minutes * 60_000) } };
    };
    expect(await seen(ahead(9))).toEqual([patientOf(1, 2)]);
    expect(await seen(ahead(10))).toEqual([]);
  });

  it('opens nothing to be changed', async () => {
    const change = (number: 2 | 4) =>
      `with changed as (update patients set version = version where id = '${patientOf(1, number)}' returning id)
       select id from changed`;
    expect(await clinic.run(clinic.app, specialist(LIVE), change(4))).toEqual([]);
    expect(await clinic.run(clinic.app, superadmin(OPERATORS), change(2))).toEqual([]);
  });

  it('is opened for oneself, for an hour at most, and never opened again', async () => {
    const open = (user: string, role: string, expires: string) =>
      `insert into break_glass_sessions (organization_id, id, user_id, role, session_id, patient_id, purpose, reason,
         expires_at) values (1, gen_random_uuid(), '${user}', '${role}', '${sessionOf(1)}', '${patientOf(1, 3)}',
         'emergency', 'x', now() + interval '${expires}')`;
    const asSpecialist = (text: string) => clinic.run(clinic.app, specialist(''), text);
    const own = userOf(1, 'specialist');
    await expect(
      asSpecialist(open(userOf(1, 'other_specialist'), 'specialist', '1 minute')),
    ).rejects.toMatchObject(REFUSED);
    await expect(asSpecialist(open(own, 'superadmin', '1 minute'))).rejects.toMatchObject(REFUSED);
    await expect(asSpecialist(open(own, 'specialist', '61 minutes'))).rejects.toMatchObject({
      code: '23514',
    });
    await asSpecialist(`update break_glass_sessions set closed_at = now() where id = '${LIVE}'`);
    expect(await seen(specialist(LIVE))).not.toContain(patientOf(1, 4));
    const again = `update break_glass_sessions set closed_at = null where id = '${LIVE}'`;
    await expect(asSpecialist(again)).rejects.toMatchObject(REFUSED);
    const longer = `update break_glass_sessions set expires_at = now() + interval '1 minute'`;
    await expect(asSpecialist(longer)).rejects.toMatchObject(REFUSED);
  });
});
