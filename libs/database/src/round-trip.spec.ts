import { createContext, runInContext } from '@restartix/context';
import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { SPECIALISTS, TwoOrganizations } from '../test/two-organizations';

const OWN = 'select organization_id from specialists where name <> $1';
const SETTINGS = `select nullif(concat(current_setting('app.current_user_id', true),
  current_setting('app.current_org_id', true), current_setting('app.current_role', true)), '') as set,
  current_setting('transaction_read_only') as read_only where $1 = 1`;

/** Every case runs twice on one connection: it learns the statements first, then they go out in one message. */
describe.each(['the first time on a connection', 'every other time'])(
  'a read of one statement, %s',
  (time) => {
    let databases: TestDatabases;
    let house: TwoOrganizations;
    const isLearnt = time === 'every other time';

    const read = (organizationId: number | null, text = OWN, values: unknown[] = ['-']) =>
      house.as(organizationId, 'assistant', () => house.uow.read<Record<string, unknown>>(text, values));
    const learn = async (text = OWN, values: unknown[] = ['-']) => {
      if (isLearnt) for (let n = 0; n < 2; n += 1) await read(1, text, values).catch(() => undefined);
    };

    beforeAll(async () => {
      databases = await createTestDatabases();
    });
    beforeEach(async () => {
      house = new TwoOrganizations(databases, 1);
      await house.requests.connect();
      await house.superuser.connect();
    });
    afterEach(() => house.close());
    afterAll(() => databases?.drop());

    beforeAll(async () => {
      const seeded = await new TwoOrganizations(databases).open();
      await seeded.close();
    });

    it('shows each organization its own rows, and nobody any', async () => {
      await learn();
      for (const id of [1, 2] as const) {
        const rows = await read(id);
        expect(rows).toEqual(Array(SPECIALISTS[id]).fill({ organization_id: id }));
      }
      expect(await read(null)).toEqual([]);
    });

    it('leaves neither a setting nor its read-only mode behind', async () => {
      await learn(SETTINGS, [1]);
      expect(await read(2, SETTINGS, [1])).toMatchObject([{ read_only: 'on', set: expect.any(String) }]);
      expect(await house.requests.query(SETTINGS, [1])).toEqual([{ set: null, read_only: 'off' }]);
      expect(await house.requests.query(OWN, ['-'])).toEqual([]);
    });

    it('cannot write', async () => {
      const WRITE = `insert into specialists (organization_id, id, name) values (1, gen_random_uuid(), $1)`;
      await learn(WRITE, ['written']);
      await expect(read(1, WRITE, ['written'])).rejects.toMatchObject({ code: '25006' });
      expect(await house.all('select 1 from specialists where name = $1', ['written'])).toEqual([]);
    });

    it('that fails says why, and the next one works', async () => {
      const DIVIDE = 'select 1 / $1::int as n';
      await learn(DIVIDE, [1]);
      await expect(read(1, DIVIDE, [0])).rejects.toThrow('division by zero');
      expect(await read(1, DIVIDE, [1])).toEqual([{ n: 1 }]);
      expect(await read(2)).toHaveLength(SPECIALISTS[2]);
    });

    it('is part of the unit that is open', async () => {
      await learn();
      await house
        .as(1, 'org_admin', () =>
          house.uow.run(async () => {
            const ADD =
              'insert into specialists (organization_id, id, name) values (1, gen_random_uuid(), $1) returning name';
            await house.uow.sql.query(ADD, ['not yet stored']);
            expect(
              await house.uow.read('select 1 from specialists where name = $1', ['not yet stored']),
            ).toHaveLength(1);
            throw new Error('no');
          }),
        )
        .catch((error: Error) => expect(error.message).toBe('no'));
      expect(await read(1)).toHaveLength(SPECIALISTS[1]);
    });

    it('needs a context', async () => {
      await expect(house.uow.read(OWN, ['-'])).rejects.toThrow('No request context is open');
    });

    it('of a lost connection says database_unavailable, and the next one works', async () => {
      await learn();
      const KILL = 'select pg_terminate_backend(pg_backend_pid()) where $1 = 1';
      await expect(read(1, KILL, [1])).rejects.toMatchObject({ code: 'database_unavailable' });
      expect(await read(1)).toHaveLength(SPECIALISTS[1]);
    });
  },
);

describe.each([1, 2])('a unit of one statement, time %i on its connection', (time) => {
  let databases: TestDatabases;
  let house: TwoOrganizations;
  const ADD =
    'insert into specialists (organization_id, id, name) values ($1, gen_random_uuid(), $2) returning name';

  const add = (organizationId: number, name: string) =>
    house.as(1, 'org_admin', () =>
      house.uow.single<{ name: string }>({ text: ADD, values: [organizationId, name] }),
    );
  const stored = (name: string) => house.all('select 1 from specialists where name = $1', [name]);

  beforeAll(async () => {
    databases = await createTestDatabases();
    house = await new TwoOrganizations(databases, 1).open();
    for (let before = 1; before < time; before += 1) await add(1, 'before');
  });
  beforeEach(() => house.all('truncate audit_outbox'));
  afterAll(async () => {
    await house.close();
    await databases.drop();
  });

  it('writes, is audited with who and in which request, and tells that it is stored', async () => {
    const heard = jest.fn();
    house.uow.onCommit(heard);
    expect(await add(1, 'one statement')).toEqual([{ name: 'one statement' }]);
    expect(await stored('one statement')).toHaveLength(1);
    const [row] = await house.all<{ event: object }>('select event from audit_outbox');
    expect(row!.event).toMatchObject({
      user_role: 'org_admin',
      request_id: expect.any(String),
      action: 'create',
    });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('stores nothing when it fails', async () => {
    await expect(add(2, 'of another organization')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await stored('of another organization')).toEqual([]);
    expect(await house.all('select 1 from audit_outbox')).toEqual([]);
  });

  it('is taken back with the unit it is part of', async () => {
    const failing = house.as(1, 'org_admin', () =>
      house.uow.run(async () => {
        await house.uow.single({ text: ADD, values: [1, 'taken back'] });
        throw new Error('no');
      }),
    );
    await expect(failing).rejects.toThrow('no');
    expect(await stored('taken back')).toEqual([]);
  });
});

describe('reads and units of two organizations at once', () => {
  it('see their own rows and no other, failures in between', async () => {
    const databases = await createTestDatabases();
    const house = await new TwoOrganizations(databases).open();
    const work = (index: number) => {
      const id = index % 3 === 0 ? 2 : 1;
      const text = index % 7 === 0 ? 'select 1 / (length($1) - 1)' : OWN;
      const act = () => house.uow.read<{ organization_id: number }>(text, ['-']);
      return house.as(id, 'assistant', () => (index % 2 ? act() : house.uow.run(act)));
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 600 }, (_, index) => work(index)));
    for (const [index, outcome] of outcomes.entries()) {
      const id = index % 3 === 0 ? 2 : 1;
      if (index % 7 === 0) expect(outcome).toMatchObject({ reason: { message: 'division by zero' } });
      else expect(outcome).toMatchObject({ value: Array(SPECIALISTS[id]).fill({ organization_id: id }) });
    }
    await house.close();
    await databases.drop();
  });
});

describe('a unit of work whose statements are known', () => {
  it('stores everything or nothing, its closing statements too', async () => {
    const databases = await createTestDatabases();
    const house = await new TwoOrganizations(databases, 1).open();
    const ADD = 'insert into specialists (organization_id, id, name) values ($1, gen_random_uuid(), $2)';
    const unit = (name: string, organizationId: number) =>
      runInContext(
        createContext({
          requestId: 'r',
          organizationId: 1,
          actor: { userId: null, role: 'org_admin', emailEnvelope: null, sessionId: null },
        }),
        () =>
          house.uow.run(async () => {
            await house.uow.sql.query(ADD, [1, name]);
            house.uow.beforeCommit(() => ({ text: ADD, values: [organizationId, `${name} closing`] }));
          }),
      );
    const stored = async () =>
      (
        await house.all<{ name: string }>("select name from specialists where name like 'unit%' order by 1")
      ).map(({ name }) => name);
    for (const name of ['unit 1', 'unit 2', 'unit 3']) await unit(name, 1);
    const all = ['unit 1', 'unit 1 closing', 'unit 2', 'unit 2 closing', 'unit 3', 'unit 3 closing'];
    expect(await stored()).toEqual(all);
    await expect(unit('unit 4', 2)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await stored()).toEqual(all);
    await unit('unit 5', 1);
    expect(await stored()).toHaveLength(8);
    await house.close();
    await databases.drop();
  });
});
