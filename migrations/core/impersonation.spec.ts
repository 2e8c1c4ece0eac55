import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { EXEMPT_TABLES, TENANT_TABLES } from './tables';
import { Clinic, ORGANIZATIONS, patientOf, userOf, type Who } from './test/clinic';

const REFUSED_FOR_IMPERSONATION = { code: 'impersonation_read_only', cause: { code: 'RX001' } };
const TABLES = [...TENANT_TABLES, ...EXEMPT_TABLES.map(({ name }) => name)].filter(
  (table) => table !== 'audit_outbox',
);
const ROLES = ['patient', 'specialist', 'assistant', 'org_admin', 'compliance'];
const IMPERSONATING = { 'app.impersonation': '00000001-0000-7000-8000-f00000000009' };

/** Whoever sees as a patient changes nothing, whatever the code that asks has forgotten. */
describe('impersonation in the database', () => {
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

  /** The changes of a table: each names a column that the role of the database may write, or any. */
  async function changesOf(table: string): Promise<string[]> {
    const [column] = await clinic.superuser.query<{ name: string }>(
      `select quote_ident(attname) as name from pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = ''
        order by not has_column_privilege('core_app', attrelid, attnum, 'update'), attnum limit 1`,
      [table],
    );
    const { name } = column!;
    return [
      `insert into ${table} default values`,
      `update ${table} set ${name} = ${name}`,
      `delete from ${table}`,
      `with changed as (delete from ${table} where false returning 1) select * from changed`,
    ];
  }
  const may = async (statement: string, who: Who) =>
    clinic.run(clinic.app, who, `explain ${statement}`).then(
      () => true,
      () => false,
    );

  it.each(TABLES)('keeps %s as it is, whoever asks', async (table) => {
    for (const statement of await changesOf(table)) {
      const anybody = clinic.run(clinic.superuser, { more: IMPERSONATING }, statement);
      await expect(anybody).rejects.toMatchObject(REFUSED_FOR_IMPERSONATION);
      for (const organization of ORGANIZATIONS) {
        for (const role of ROLES) {
          const who = { organization, role, user: userOf(organization, role) };
          const isGranted = await may(statement, who);
          const asking = clinic.run(clinic.app, { ...who, more: IMPERSONATING }, statement);
          const refusal = isGranted ? REFUSED_FOR_IMPERSONATION : { code: 'forbidden' };
          await expect(asking).rejects.toMatchObject(refusal);
        }
      }
    }
  });

  it('lets the same be read and every read leave its event, and nothing else be done to the outbox', async () => {
    const who = { organization: 1, role: 'patient', user: userOf(1, 'patient'), more: IMPERSONATING };
    expect(await clinic.run(clinic.app, who, 'select id from patients')).toEqual([{ id: patientOf(1, 1) }]);
    const event = `insert into audit_outbox (organization_id, event) values ($1, '{}')`;
    expect(await clinic.run(clinic.app, who, event, [1])).toEqual([]);
    const elsewhere = clinic.run(clinic.app, who, event, [2]);
    await expect(elsewhere).rejects.toMatchObject({ cause: { code: '42501' } });
    for (const statement of ['update audit_outbox set attempts = 9', 'delete from audit_outbox'])
      await expect(clinic.run(clinic.app, who, statement)).rejects.toMatchObject({
        cause: { code: '42501' },
      });
  });

  it('holds for functions that run as the owner, too', async () => {
    const who = { organization: 1, role: 'compliance', user: userOf(1, 'compliance'), more: IMPERSONATING };
    const erase = `select * from erase_patient(gen_random_uuid(), '${patientOf(1, 4)}', 'x')`;
    await expect(clinic.run(clinic.app, who, erase)).rejects.toMatchObject(REFUSED_FOR_IMPERSONATION);
  });
});
