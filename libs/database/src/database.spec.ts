import { createTestDatabases, type TestDatabases } from '@restartix/testing';
import { endingProxy } from '../test/ending-proxy';
import { Database, type Sql } from './index';

const INSERT = 'insert into notes (id, organization_id) values ($1, $2)';
const note = (id: number, organizationId = 1): [string, number[]] => [INSERT, [id, organizationId]];

describe('database', () => {
  let databases: TestDatabases;
  let database: Database;
  let observer: Database;
  const open: Database[] = [];

  const connect = async (options: Partial<ConstructorParameters<typeof Database>[0]> = {}) => {
    const made = new Database({ url: databases.superuserUrl, applicationName: 'spec', max: 1, ...options });
    open.push(made);
    await made.connect();
    return made;
  };
  const notes = async () =>
    (await observer.query<{ id: number }>('select id from notes order by id')).map(({ id }) => id);
  /** Ends the connections of the database under test, as a crash of the server does. */
  const cut = () =>
    observer.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'spec' and datname = current_database()`,
    );

  beforeAll(async () => {
    databases = await createTestDatabases();
    observer = await connect({ applicationName: 'observer' });
    await observer.query('create table notes (id int primary key, organization_id int not null)');
    database = await connect();
  });
  beforeEach(() => observer.query('truncate notes'));
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await databases?.drop();
  });

  describe('a transaction', () => {
    it('stores what its work did, and answers what its work answered', async () => {
      const answer = await database.transaction({}, async (sql) => {
        await sql.query(...note(1));
        expect(await notes()).toEqual([]);
        return 'done';
      });
      expect(answer).toBe('done');
      expect(await notes()).toEqual([1]);
    });

    it('stores nothing when its work throws, and throws the same', async () => {
      const failure = new Error('no');
      const failing = database.transaction({}, async (sql) => {
        await sql.query(...note(1));
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      expect(await notes()).toEqual([]);
    });

    it('stores nothing when a statement fails, and says it in our words', async () => {
      const failing = database.transaction({}, async (sql) => {
        await sql.query(...note(1, 1));
        await sql.query(...note(2, 2));
        await sql.query(...note(1, 2));
      });
      await expect(failing).rejects.toMatchObject({ code: 'already_exists', cause: { code: '23505' } });
      expect(await notes()).toEqual([]);
    });

    it('is a failure when a statement failed and the work said nothing of it', async () => {
      const silent = database.transaction({}, async (sql) => {
        await sql.query(...note(1));
        await sql.query('select 1 / 0').catch(() => undefined);
      });
      await expect(silent).rejects.toThrow('The transaction had failed and was rolled back');
      expect(await notes()).toEqual([]);
    });

    it('leaves no setting behind on its connection, whether it was stored or not', async () => {
      const NAMES = ['app.current_org_id', 'app.request_id'];
      const settings = { 'app.current_org_id': '1', 'app.request_id': "r'1; select 1" };
      const READ = `select array(select nullif(current_setting(name, true), '') from unnest($1::text[]) name) as set`;
      const read = async (sql: Sql) => (await sql.query<{ set: (string | null)[] }>(READ, [NAMES]))[0]!.set;
      expect(await database.transaction(settings, read)).toEqual(['1', "r'1; select 1"]);
      expect(await read(database)).toEqual([null, null]);
      const failing = database.transaction(settings, () => Promise.reject(new Error('no')));
      await expect(failing).rejects.toThrow('no');
      expect(await read(database)).toEqual([null, null]);
      expect(await database.transaction({}, read)).toEqual([null, null]);
    });
  });

  describe('the closing statements', () => {
    const closing = (id: number) => {
      const [text, values] = note(id);
      return { text, values };
    };

    it('are made after the work and stored with it', async () => {
      const made: number[] = [];
      await database.transaction(
        {},
        (sql) => sql.query(...note(1)).then(() => made.push(1)),
        () => {
          expect(made).toEqual([1]);
          return [closing(2), closing(3)];
        },
      );
      expect(await notes()).toEqual([1, 2, 3]);
    });

    it('take the work with them when one fails', async () => {
      const failing = database.transaction(
        {},
        (sql) => sql.query(...note(1)),
        () => [closing(2), closing(1), closing(3)],
      );
      await expect(failing).rejects.toMatchObject({ code: 'already_exists' });
      expect(await notes()).toEqual([]);
    });

    it('are not sent when the work fails', async () => {
      const last = jest.fn(() => [closing(2)]);
      const failing = database.transaction({}, () => Promise.reject(new Error('no')), last);
      await expect(failing).rejects.toThrow('no');
      expect(last).not.toHaveBeenCalled();
    });

    it('fail together with an opening that failed, and no rejection is left to end the process', async () => {
      const NUL = { 'app.request_id': 'a\u0000b' };
      const last = () => [closing(1), closing(2)];
      const failing = database.transaction(NUL, () => Promise.resolve(), last);
      await expect(failing).rejects.toMatchObject({ code: 'bad_request' });
      await new Promise(setImmediate); // a rejection nobody handled fails the test here
      expect(await notes()).toEqual([]);
    });
  });

  describe('a handle that outlives its transaction', () => {
    it('is closed, so that it cannot write into the next one on the same connection', async () => {
      let stored: Sql | undefined;
      let failed: Sql | undefined;
      await database.transaction({}, async (sql) => void (stored = sql));
      await expect(
        database.transaction({}, async (sql) => {
          failed = sql;
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      await database.transaction({ 'app.current_org_id': '2' }, async (next) => {
        for (const late of [stored!, failed!])
          await expect(late.query(...note(1))).rejects.toThrow('This transaction is closed');
        await next.query(...note(2, 2));
      });
      expect(await notes()).toEqual([2]);
    });

    it('is closed to the work that goes on while a sibling has failed', async () => {
      let late: Promise<unknown> | undefined;
      const failing = database.transaction({}, async (sql) => {
        const failed = sql.query('select 1 / 0');
        const slow = async () => {
          await failed.catch(() => observer.query('select 1'));
          return sql.query(...note(1));
        };
        late = slow();
        late.catch(() => undefined);
        await Promise.all([late, failed]);
      });
      await expect(failing).rejects.toThrow('division by zero');
      await expect(late).rejects.toThrow('This transaction is closed');
      expect(await notes()).toEqual([]);
    });
  });

  describe('a lost connection', () => {
    it('in the middle of a transaction means that the database is away, and the next one works', async () => {
      const failing = database.transaction({}, async (sql) => {
        await sql.query(...note(1));
        await cut();
        return sql.query(...note(2));
      });
      await expect(failing).rejects.toMatchObject({ code: 'database_unavailable' });
      await database.transaction({}, (sql) => sql.query(...note(3)));
      expect(await notes()).toEqual([3]);
    });

    it('before the COMMIT means that nothing is stored', async () => {
      const failing = database.transaction({}, async (sql) => {
        await sql.query(...note(1));
        await cut();
      });
      await expect(failing).rejects.toMatchObject({ code: 'database_unavailable' });
      expect(await notes()).toEqual([]);
    });

    it('during a statement means that the database is away', async () => {
      await observer.query('select pg_advisory_lock(1)');
      const blocked = database.transaction({}, (sql) => sql.query('select pg_advisory_lock(1)'));
      const outcome = expect(blocked).rejects.toMatchObject({ code: 'database_unavailable' });
      await waitForLock();
      await cut();
      await outcome;
      await observer.query('select pg_advisory_unlock(1)');
      expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('in the very breath in which it is opened ends no process', async () => {
      const proxy = await endingProxy(databases.superuserUrl);
      const behind = await connect({ url: proxy.url, max: 2 });
      await behind.transaction({}, async (sql) => {
        await sql.query('select 1');
        const ended = behind.transaction({}, (other) => other.query('select 1')); // on a connection of its own
        await expect(ended).rejects.toMatchObject({ code: 'database_unavailable' });
      });
      await behind.close();
      await proxy.close();
    });

    const waitForLock = async () => {
      const BLOCKED = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
      while ((await observer.query(BLOCKED)).length === 0) await new Promise(setImmediate);
    };
  });

  it('that no server answers for is unavailable', async () => {
    const url = new URL(databases.superuserUrl);
    url.port = '1';
    const nowhere = new Database({ url: url.toString(), applicationName: 'nowhere', max: 1 });
    await expect(nowhere.connect()).rejects.toMatchObject({ code: 'database_unavailable' });
    await expect(nowhere.ping()).rejects.toMatchObject({ code: 'database_unavailable' });
    await expect(nowhere.transaction({}, () => Promise.resolve())).rejects.toMatchObject({
      code: 'database_unavailable',
    });
  });

  it('whose connections are all in use is unavailable to who waits too long', async () => {
    let finish: (() => void) | undefined;
    const holding = database.transaction({}, () => new Promise<void>((done) => (finish = done)));
    await expect(database.transaction({}, () => Promise.resolve())).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    finish!();
    await holding;
    await database.ping();
  });

  it('gives up a statement that runs past its limit', async () => {
    const impatient = await connect({ statementTimeoutMs: 100 });
    await expect(impatient.query('select pg_sleep(20)')).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    expect(await impatient.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('takes on the role it is given on every connection', async () => {
    const narrow = await connect({ role: 'core_app', max: 2 });
    const roles = () => narrow.query('select current_user::text as role, pg_sleep(0.01)');
    for (const [row] of await Promise.all([roles(), roles()]))
      expect(row).toMatchObject({ role: 'core_app' });
    await expect(narrow.query('select * from notes')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('says in autocommit, too, what a failure means', async () => {
    await database.query(...note(1));
    await expect(database.query(...note(1, 2))).rejects.toMatchObject({ code: 'already_exists' });
    await expect(database.query('select * from notes where id = $1', ['x'])).rejects.toMatchObject({
      code: 'bad_request',
    });
  });
});
