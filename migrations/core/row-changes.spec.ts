import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { EXEMPT_TABLES, TENANT_TABLES, UNAUDITED_TENANT_TABLES } from './tables';
import { careOf, Clinic, patientOf, personOf, SUPERADMIN, userOf } from './test/clinic';

interface Event extends Record<string, unknown> {
  event_id: string;
  timestamp: string;
  details: { description?: string; changes: Record<string, { old?: unknown; new?: unknown }> };
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the row trigger', () => {
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
  beforeEach(() => clinic.superuser.query('truncate audit_outbox'));

  const outbox = () =>
    clinic.superuser.query<{ organization_id: number; event: Event }>(
      'select organization_id, event from audit_outbox order by position',
    );
  const onlyEvent = async () => {
    const rows = await outbox();
    expect(rows).toHaveLength(1);
    return rows[0]!.event;
  };
  const change = (columns: string, number: 1 | 2 = 2) =>
    clinic.as(1, 'specialist', `update patients set ${columns} where id = '${patientOf(1, number)}'`);

  it('writes old and new of what changed, with who, for which patient, from where and in which request', async () => {
    const base = {
      request_id: 'r-1',
      user_email: 'e1.1.sealed',
      ip_address: '203.0.113.7',
      user_agent: 'Mozilla/5.0',
      user_role: 'org_admin', // who acts is what the policies go by, whatever is said here
    };
    const more = { 'app.event_base': JSON.stringify(base) };
    const who = { organization: 1, role: 'specialist', user: userOf(1, 'specialist'), more };
    await clinic.run(
      clinic.app,
      who,
      `update patients set phone = 'e1.1.new', first_name = 'e1.1.other', version = version + 1, updated_at = now() where id = '${patientOf(1, 2)}'`,
    );
    const { event_id, timestamp, ...event } = await onlyEvent();
    expect(event).toEqual({
      organization_id: 1,
      user_id: userOf(1, 'specialist'),
      user_email: 'e1.1.sealed',
      user_role: 'specialist',
      action: 'update',
      resource_type: 'patient',
      resource_id: patientOf(1, 2),
      patient_id: patientOf(1, 2),
      ip_address: '203.0.113.7',
      user_agent: 'Mozilla/5.0',
      request_id: 'r-1',
      success: true,
      details: {
        changes: {
          phone: { new: 'e1.1.new' },
          first_name: { old: 'e1.1.first', new: 'e1.1.other' },
          version: { old: 1, new: 2 },
        },
      },
    });
    expect(event_id).toMatch(UUID_V7);
    expect(timestamp).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('writes what is said of who acts besides, in the details, and never in place of what changed', async () => {
    const more = { 'app.event_base': JSON.stringify({ details: { api_key_id: 'key-1', changes: 'none' } }) };
    const who = { organization: 1, role: 'specialist', user: userOf(1, 'specialist'), more };
    const statement = `update patients set city = 'e1.1.else' where id = '${patientOf(1, 2)}'`;
    await clinic.run(clinic.app, who, statement);
    expect((await onlyEvent()).details).toEqual({
      api_key_id: 'key-1',
      changes: { city: { new: 'e1.1.else' } },
    });
  });

  it('writes a cleared value as old without new', async () => {
    await change(`city = 'e1.1.city'`);
    await clinic.superuser.query('truncate audit_outbox');
    await change('city = null');
    expect((await onlyEvent()).details.changes).toEqual({ city: { old: 'e1.1.city' } });
  });

  it('leaves out blind indexes, wrapped keys and times of the row, and writes nothing when only those changed', async () => {
    await change(`last_name_index = 'other', email_index = 'other', updated_at = now() + interval '1 day'`);
    await clinic.run(clinic.system, {}, `update patient_persons set wrapped_key = 'e1.2.key'`);
    expect(await outbox()).toEqual([]);
    await change(`email = 'e1.1.email', email_index = 'third'`);
    expect((await onlyEvent()).details.changes).toEqual({ email: { new: 'e1.1.email' } });
  });

  it('writes nothing when an update changed nothing', async () => {
    await change('first_name = first_name, city = null');
    expect(await outbox()).toEqual([]);
  });

  it('writes a new row whole, without its empty columns', async () => {
    const id = '0192f3a1-0000-7000-8000-000000000001';
    await clinic.as(
      1,
      'org_admin',
      `insert into patients (organization_id, id, patient_person_id, first_name, last_name, last_name_index)
       values (1, '${id}', '${personOf(2, 3)}', 'e1.1.first', 'e1.1.last', 'index')`,
    );
    expect(await onlyEvent()).toMatchObject({
      action: 'create',
      resource_id: id,
      patient_id: id,
      user_role: 'org_admin',
    });
    expect((await onlyEvent()).details.changes).toEqual({
      id: { new: id },
      patient_person_id: { new: personOf(2, 3) },
      first_name: { new: 'e1.1.first' },
      last_name: { new: 'e1.1.last' },
      version: { new: 1 },
      recording_consent: { new: false },
      profile_shared: { new: false },
    });
  });

  it('writes a deleted row with what it held', async () => {
    const who = {
      organization: 1,
      role: 'system',
      more: { 'app.event_base': JSON.stringify({ details: { description: 'erasure' } }) },
    };
    await clinic.run(clinic.system, who, `delete from care_relationships where id = '${careOf(1, 4)}'`);
    const event = await onlyEvent();
    expect(event).toMatchObject({
      action: 'delete',
      resource_type: 'care_relationship',
      resource_id: careOf(1, 4),
      patient_id: patientOf(1, 4),
      user_role: 'system',
      details: {
        description: 'erasure',
        changes: { patient_id: { old: patientOf(1, 4) }, reason: { old: 'assignment' } },
      },
    });
    for (const { new: now } of Object.values(event.details.changes)) expect(now).toBeUndefined();
  });

  it('writes one event per row, each with an id of its own', async () => {
    await clinic.as(2, 'org_admin', `update patients set city = 'e1.1.city'`);
    const rows = await outbox();
    expect(rows.map(({ event }) => event.patient_id).sort()).toEqual(
      [1, 2, 3, 4].map((n) => patientOf(2, n as 1)),
    );
    expect(new Set(rows.map(({ event }) => event.event_id)).size).toBe(4);
    expect(rows.every((row) => row.organization_id === 2 && row.event.organization_id === 2)).toBe(true);
  });

  it('writes nothing that is then taken back', async () => {
    await expect(change(`first_name = null`)).rejects.toMatchObject({ code: '23502' });
    expect(await outbox()).toEqual([]);
  });

  it('files a change of an organization under that organization, whoever makes it', async () => {
    const who = { role: 'superadmin', user: SUPERADMIN };
    await clinic.run(clinic.app, who, `update organizations set name = 'Renamed' where id = 2`);
    const rows = await outbox();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      organization_id: 2,
      event: {
        organization_id: 2,
        user_id: SUPERADMIN,
        user_role: 'superadmin',
        resource_type: 'organization',
        resource_id: '2',
        patient_id: null,
        details: { changes: { name: { old: 'Clinic 2', new: 'Renamed' } } },
      },
    });
  });

  it('files what belongs to no organization under the one that is active, else under the platform', async () => {
    await clinic.as(1, 'patient', `update patient_persons set sex = 'e1.1.sex'`);
    await clinic.run(clinic.system, {}, `update users set name = 'e1.1.name' where id = '${SUPERADMIN}'`);
    expect(
      (await outbox()).map((row) => [row.organization_id, row.event.resource_type, row.event.resource_id]),
    ).toEqual([
      [1, 'patient_person', personOf(1, 1)],
      [0, 'user', SUPERADMIN],
    ]);
  });

  it('says nobody and system for work that has no settings at all', async () => {
    await clinic.superuser.query(`update patients set city = 'e1.1.x' where id = '${patientOf(2, 1)}'`);
    expect(await onlyEvent()).toMatchObject({
      organization_id: 2,
      user_id: null,
      user_email: null,
      user_role: 'system',
      ip_address: null,
      request_id: null,
    });
  });

  it('stands on every table of the lists that is to be audited, for insert, update and delete, and on no other', async () => {
    const rows = await clinic.superuser.query<{ table: string; definition: string }>(
      `select c.relname as table, pg_get_triggerdef(t.oid) as definition
         from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'audit' and t.tgenabled = 'O'`,
    );
    const unaudited = UNAUDITED_TENANT_TABLES.map(({ name }) => name);
    const expected = [
      ...TENANT_TABLES.filter((name) => !unaudited.includes(name)),
      ...EXEMPT_TABLES.filter(({ audited }) => audited).map(({ name }) => name),
    ];
    expect(rows.map((row) => row.table).sort()).toEqual(expected.sort());
    for (const { definition } of rows)
      expect(definition).toMatch(
        /AFTER INSERT OR DELETE OR UPDATE ON .* FOR EACH ROW EXECUTE FUNCTION audit_row_change/,
      );
  });
});
