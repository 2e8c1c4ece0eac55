import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { Clock, createContext, runInContext } from '@restartix/context';
import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { SPECIALISTS, TwoOrganizations } from '../test/two-organizations';
import { UnitOfWork } from './unit-of-work';

interface Outbox {
  organization_id: number;
  event: Record<string, unknown> & { details: { description?: string; changes?: object } };
}

const ADD = 'insert into specialists (organization_id, id, name) values ($1, gen_random_uuid(), $2)';
const SETTINGS = ['app.current_user_id', 'app.current_org_id', 'app.current_role', 'app.event_base'];
const READ_SETTINGS = `select array(select nullif(current_setting(name, true), '')
  from unnest($1::text[]) with ordinality as names (name, place) order by place) as set`;

describe('unit of work', () => {
  let databases: TestDatabases;
  let house: TwoOrganizations;

  beforeAll(async () => {
    databases = await createTestDatabases();
    house = await new TwoOrganizations(databases).open();
  });
  afterAll(async () => {
    await house?.close();
    await databases?.drop();
  });
  beforeEach(() => house.all('truncate audit_outbox'));

  const settings = async (sql: TwoOrganizations['requests'] | TwoOrganizations['uow']['sql']) =>
    (await sql.query<{ set: (string | null)[] }>(READ_SETTINGS, [SETTINGS]))[0]!.set;
  const organizationsSeen = async () =>
    (await house.uow.sql.query<{ organization_id: number }>('select organization_id from specialists')).map(
      ({ organization_id }) => organization_id,
    );
  const named = (name: string) =>
    house.all<{ organization_id: number }>('select organization_id from specialists where name = $1', [name]);
  const outbox = () => house.all<Outbox>('select organization_id, event from audit_outbox order by position');

  describe('identity', () => {
    const USER = '0192f3a1-1234-7123-8123-123456789012';
    const context = createContext({
      requestId: 'r-1',
      clientAddress: '203.0.113.7',
      userAgent: "Mozilla/5.0 (it's)",
      organizationId: 2,
      actor: { userId: USER, role: 'assistant', emailEnvelope: 'e1.1.AAAA', sessionId: 's' },
    });

    it('is known to the database for as long as the unit is open', async () => {
      const seen = await runInContext(context, () => house.uow.run(() => settings(house.uow.sql)));
      expect(seen.slice(0, -1)).toEqual([USER, '2', 'assistant']);
      expect(JSON.parse(seen.at(-1) ?? '')).toEqual({
        user_email: 'e1.1.AAAA',
        ip_address: '203.0.113.7',
        user_agent: "Mozilla/5.0 (it's)",
        request_id: 'r-1',
        details: {},
      });
    });

    it('comes with the time of a clock that is ahead, for reads too, and with no other', async () => {
      class Ahead extends Clock {
        override aheadMs = () => 3_600_000;
      }
      const AHEAD = `select extract(epoch from current_app_time() - now())::int as seconds`;
      for (const [clock, seconds] of [
        [new Ahead(), 3600],
        [new Clock(), 0],
      ] as const) {
        const uow = new UnitOfWork(house.requests, house.system, clock);
        const inUnit = () => uow.run(() => uow.sql.query(AHEAD));
        for (const ask of [inUnit, () => uow.read(AHEAD, []), () => uow.single({ text: AHEAD, values: [] })])
          expect(await runInContext(context, ask)).toEqual([{ seconds }]);
      }
    });

    it('is gone from the pooled connection afterwards, after success and after failure', async () => {
      const single = new TwoOrganizations(databases, 1);
      await single.requests.connect();
      const nothing = SETTINGS.map(() => null);
      await runInContext(context, () => single.uow.run(() => settings(single.uow.sql)));
      expect(await settings(single.requests)).toEqual(nothing);
      const failing = runInContext(context, () => single.uow.run(() => single.uow.sql.query('select 1 / 0')));
      await expect(failing).rejects.toThrow('division by zero');
      expect(await settings(single.requests)).toEqual(nothing);
      expect(await single.requests.query('select * from specialists')).toEqual([]);
      await single.requests.close();
    });

    it('is nobody before the guards have identified the caller', async () => {
      const [seen, organizations] = await runInContext(createContext({ requestId: 'r-2' }), () =>
        house.uow.run(async () => [await settings(house.uow.sql), await organizationsSeen()] as const),
      );
      expect(seen.slice(0, -1)).toEqual([null, null, 'anonymous']);
      const nothing = { user_email: null, ip_address: null, user_agent: null, details: {} };
      expect(JSON.parse(seen.at(-1) ?? '')).toEqual({ ...nothing, request_id: 'r-2' });
      expect(organizations).toEqual([]);
    });
  });

  it('changes nothing for whoever sees as a patient, by any way of running it, and still leaves events', async () => {
    const by = { userId: randomUUID(), role: 'assistant', emailEnvelope: null } as const;
    const impersonation = { id: randomUUID(), by };
    const { uow } = house;
    const add = { text: ADD, values: [1, 'planted'] };
    const event = { text: `insert into audit_outbox (organization_id, event) values (1, '{}')`, values: [] };
    const ways: (() => Promise<unknown>)[] = [
      () => uow.run(() => uow.sql.query(add.text, add.values)),
      () => uow.run(async () => uow.beforeCommit(() => add)),
      () => uow.single(add),
    ];
    for (const way of ways) {
      const refused = house.as(1, 'org_admin', way, { impersonation });
      await expect(refused).rejects.toMatchObject({ code: 'impersonation_read_only' });
    }
    expect(await named('planted')).toEqual([]);
    await house.as(1, 'patient', () => uow.run(async () => uow.beforeCommit(() => event)), { impersonation });
    expect(await outbox()).toHaveLength(1);
    await house.as(1, 'org_admin', ways[0]!);
    expect(await named('planted')).toEqual([{ organization_id: 1 }]);
    await house.all(`delete from specialists where name = 'planted'`);
  });

  it('shows 400 concurrent units of two organizations over 4 connections their own rows and no other', async () => {
    const connections = new Set<number>();
    const unit = (organizationId: 1 | 2, fails: boolean) =>
      house.as(organizationId, 'assistant', () =>
        house.uow.run(async () => {
          const [before, own] = await Promise.all([organizationsSeen(), settings(house.uow.sql)]);
          const [row] = await house.uow.sql.query<{ pid: number }>('select pg_backend_pid() as pid');
          connections.add(row!.pid);
          if (fails) await house.uow.sql.query('select 1 / 0');
          return { seen: [...before, ...(await organizationsSeen())], setting: own[1] };
        }),
      );
    const organizations = Array.from({ length: 400 }, (_, index) => (index % 3 === 0 ? 2 : 1));
    const outcomes = await Promise.allSettled(
      organizations.map((id, index) => unit(id as 1 | 2, index % 7 === 0)),
    );
    for (const [index, outcome] of outcomes.entries()) {
      const id = organizations[index] as 1 | 2;
      if (index % 7 === 0) expect(outcome.status).toBe('rejected');
      else
        expect(outcome).toEqual({
          status: 'fulfilled',
          value: { seen: Array(SPECIALISTS[id] * 2).fill(id), setting: String(id) },
        });
    }
    expect(connections.size).toBeGreaterThan(1);
    expect(connections.size).toBeLessThanOrEqual(4);
  });

  describe('what is not open', () => {
    it('is refused: SQL, keys and closing statements outside a unit', async () => {
      await house.as(1, 'assistant', async () => {
        expect(() => house.uow.sql).toThrow('No unit of work is open');
        expect(() => house.uow.key).toThrow('No unit of work is open');
        expect(() => house.uow.beforeCommit(() => null)).toThrow('No unit of work is open');
      });
    });

    it('is refused: a unit outside a request context, for requests and for the system', () => {
      expect(() => house.uow.run(() => Promise.resolve())).toThrow('No request context is open');
      expect(() => house.uow.asSystem('spec', 1, () => Promise.resolve())).toThrow(
        'No request context is open',
      );
    });

    it.each(['stored', 'failed'])(
      'is refused: SQL of a unit that was %s, in the middle of another one',
      async (how) => {
        const single = new TwoOrganizations(databases, 1);
        await single.requests.connect();
        let late: (() => Promise<unknown>)[] = [];
        const first = house.as(1, 'org_admin', () =>
          single.uow.run(async () => {
            const { sql } = single.uow;
            const insert = (through: typeof sql) => through.query(ADD, [2, `late ${how}`]);
            late = [AsyncResource.bind(async () => insert(single.uow.sql)), async () => insert(sql)];
            if (how === 'failed') throw new Error('no');
          }),
        );
        await first.catch(() => undefined);
        await house.as(2, 'org_admin', () =>
          single.uow.run(async () => {
            for (const attempt of late) await expect(attempt()).rejects.toThrow('closed');
          }),
        );
        expect(await named(`late ${how}`)).toEqual([]);
        await single.requests.close();
      },
    );
  });

  it('joins the unit that is open: one transaction, one key', async () => {
    const transaction = () => house.uow.sql.query('select pg_current_xact_id()::text as tx');
    await house.as(1, 'assistant', () =>
      house.uow.run(async () => {
        const { key } = house.uow;
        const outer = await transaction();
        await house.uow.run(async () => {
          expect(house.uow.key).toBe(key);
          expect(await transaction()).toEqual(outer);
        });
      }),
    );
  });

  describe('failure', () => {
    const add = (organizationId: number, name: string) => house.uow.sql.query(ADD, [organizationId, name]);

    it('takes back everything, the audit event of the trigger too', async () => {
      const failing = house.as(1, 'org_admin', () =>
        house.uow.run(async () => {
          await add(1, 'taken back');
          await house.uow.sql.query('select 1 / 0');
        }),
      );
      await expect(failing).rejects.toThrow('division by zero');
      expect(await named('taken back')).toEqual([]);
      expect(await outbox()).toEqual([]);
    });

    it('says forbidden for a row of another organization', async () => {
      const failing = house.as(1, 'org_admin', () => house.uow.run(() => add(2, 'foreign')));
      await expect(failing).rejects.toMatchObject({ code: 'forbidden', cause: { code: '42501' } });
      expect(await named('foreign')).toEqual([]);
    });

    it('says already_exists for a value that is taken', async () => {
      const id = '0192f3a1-0000-7000-8000-000000000001';
      const TWICE = 'insert into specialists (organization_id, id, name) values (1, $1, $2), (1, $1, $2)';
      const failing = house.as(1, 'org_admin', () =>
        house.uow.run(() => house.uow.sql.query(TWICE, [id, 'twice'])),
      );
      await expect(failing).rejects.toMatchObject({ code: 'already_exists' });
      expect(await named('twice')).toEqual([]);
    });

    it('says database_unavailable for a lost connection, and the next unit works', async () => {
      const failing = house.as(1, 'org_admin', () =>
        house.uow.run(async () => {
          await add(1, 'lost');
          const [row] = await house.uow.sql.query<{ pid: number }>('select pg_backend_pid() as pid');
          await house.all('select pg_terminate_backend($1, 5000)', [row!.pid]);
          await add(1, 'lost');
        }),
      );
      await expect(failing).rejects.toMatchObject({ code: 'database_unavailable' });
      expect(await named('lost')).toEqual([]);
      expect(await house.as(2, 'assistant', () => house.uow.run(organizationsSeen))).toHaveLength(
        SPECIALISTS[2],
      );
    });
  });

  describe('statements with the COMMIT', () => {
    const event = (organizationId: number, word: string) => ({
      text: `insert into audit_outbox (organization_id, event) values ($1, jsonb_build_object('word', $2::text, 'tx', pg_current_xact_id()::text))`,
      values: [organizationId, word],
    });

    it('are in the same transaction, in their order; null sends nothing', async () => {
      const transaction = await house.as(1, 'org_admin', () =>
        house.uow.run(async () => {
          house.uow.beforeCommit(() => event(1, 'first'));
          house.uow.beforeCommit(() => null);
          house.uow.beforeCommit(() => event(0, 'second'));
          const [row] = await house.uow.sql.query<{ tx: string }>('select pg_current_xact_id()::text as tx');
          return row!.tx;
        }),
      );
      expect((await outbox()).map((row) => [row.organization_id, row.event])).toEqual([
        [1, { word: 'first', tx: transaction }],
        [0, { word: 'second', tx: transaction }],
      ]);
    });

    it('take everything with them when one cannot be written: nothing is stored, nothing is answered', async () => {
      const failing = house.as(1, 'org_admin', () =>
        house.uow.run(async () => {
          await house.uow.sql.query(ADD, [1, 'unrecorded']);
          house.uow.beforeCommit(() => event(1, 'fine'));
          house.uow.beforeCommit(() => event(2, "another organization's log"));
          return 'answer';
        }),
      );
      await expect(failing).rejects.toMatchObject({ code: 'audit_unavailable' });
      expect(await named('unrecorded')).toEqual([]);
      expect(await outbox()).toEqual([]);
    });

    it('are not even made when the work fails', async () => {
      const make = jest.fn(() => event(1, 'never'));
      const failing = house.as(1, 'org_admin', () =>
        house.uow.run(async () => {
          house.uow.beforeCommit(make);
          throw new Error('no');
        }),
      );
      await expect(failing).rejects.toThrow('no');
      expect(make).not.toHaveBeenCalled();
      expect(await outbox()).toEqual([]);
    });
  });

  it('tells its listeners of every commit and of no failure', async () => {
    const heard = jest.fn();
    house.uow.onCommit(heard);
    await house.as(1, 'assistant', () => house.uow.run(() => organizationsSeen()));
    await house
      .as(1, 'assistant', () => house.uow.run(() => Promise.reject(new Error('no'))))
      .catch(() => undefined);
    await house.as(1, 'assistant', () => house.uow.asSystem('spec', 1, () => Promise.resolve()));
    expect(heard).toHaveBeenCalledTimes(2);
  });

  describe('system work', () => {
    it('sees one organization only, whoever asked for it', async () => {
      for (const id of [1, 2] as const) {
        const seen = await house.as(1, 'patient', () => house.uow.asSystem('spec', id, organizationsSeen));
        expect(seen).toEqual(Array(SPECIALISTS[id]).fill(id));
      }
    });

    it('sees no row of any organization when it is for none', async () => {
      expect(
        await house.as(1, 'org_admin', () => house.uow.asSystem('spec', null, organizationsSeen)),
      ).toEqual([]);
    });

    it("may not write another organization's rows", async () => {
      const foreign = house.as(1, 'org_admin', () =>
        house.uow.asSystem('spec', 1, () => house.uow.sql.query(ADD, [2, 'foreign work'])),
      );
      await expect(foreign).rejects.toMatchObject({ code: 'forbidden' });
      expect(await named('foreign work')).toEqual([]);
    });

    it('is stamped with its reason in the outbox: no user, role system, the request it serves', async () => {
      await runInContext(createContext({ requestId: 'r-77' }), () =>
        house.uow.asSystem('nightly import', 2, () => house.uow.sql.query(ADD, [2, 'imported'])),
      );
      const rows = await outbox();
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        organization_id: 2,
        event: {
          organization_id: 2,
          user_id: null,
          user_role: 'system',
          action: 'create',
          resource_type: 'specialist',
          request_id: 'r-77',
          details: { description: 'nightly import', changes: { name: { new: 'imported' } } },
        },
      });
    });

    it('is a unit of its own: it stays when the unit around it fails, and gives that one back', async () => {
      const failing = house.as(1, 'org_admin', () =>
        house.uow.run(async () => {
          await house.uow.sql.query(ADD, [1, 'outer']);
          const { key } = house.uow;
          await house.uow.asSystem('spec', 2, async () => {
            expect(house.uow.key).not.toBe(key);
            await house.uow.run(() => house.uow.sql.query(ADD, [2, 'inner']));
          });
          expect(house.uow.key).toBe(key);
          expect(new Set(await organizationsSeen())).toEqual(new Set([1]));
          throw new Error('no');
        }),
      );
      await expect(failing).rejects.toThrow('no');
      expect(await named('outer')).toEqual([]);
      expect(await named('inner')).toEqual([{ organization_id: 2 }]);
    });
  });
});
