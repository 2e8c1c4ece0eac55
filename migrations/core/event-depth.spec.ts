import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { Clinic } from './test/clinic';

const nested = (levels: number, end: string): string =>
  levels === 0 ? end : `{"in": ${nested(levels - 1, end)}}`;
const insert = (organization: number, details: string): string =>
  `insert into audit_outbox (organization_id, event) values (${organization}, '{"details": ${details}}')`;
const TOO_DEEP = {
  code: 'audit_unavailable',
  cause: { code: '23514', constraint: 'audit_outbox_event_depth' },
};

describe('an event nested deeper than the audit store takes and its verifier reads', () => {
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

  const waiting = () => clinic.relay.query<{ organization_id: number }>('select * from audit_outbox');

  it('does not enter the outbox; one as deep as they go does', async () => {
    for (const deepest of [nested(30, '"end"'), nested(29, '["end"]'), nested(29, '[]')]) {
      for (const organization of [1, 2])
        await clinic.as(organization, 'specialist', insert(organization, deepest));
    }
    const tooDeep = [
      nested(31, '"end"'),
      nested(30, '["end"]'),
      nested(30, '[]'),
      nested(30, '{}'),
      nested(200, '1'),
    ];
    for (const details of tooDeep) {
      await expect(clinic.as(1, 'specialist', insert(1, details))).rejects.toMatchObject(TOO_DEEP);
      await expect(clinic.run(clinic.system, {}, insert(2, details))).rejects.toMatchObject(TOO_DEEP);
    }
    expect(await waiting()).toHaveLength(6);
  });

  it('takes the change back that it is about', async () => {
    const [row] = await clinic.superuser.query<{ id: string }>(
      'select id from clinics where organization_id = 2 limit 1',
    );
    const change = (levels: number) =>
      clinic.superuser.query(
        `update clinics set business_hours = '${nested(levels, '1')}' where organization_id = 2 and id = '${row!.id}'`,
      );
    await change(27); // details, changes, business_hours and new are around it
    await expect(change(28)).rejects.toMatchObject(TOO_DEEP);
    expect(await waiting()).toMatchObject([{ organization_id: 2 }]);
  });
});
