import { Client } from 'pg';
import { auditEvent, ingest } from './events';
import { Telemetry } from './telemetry';

let telemetry: Telemetry;
const clients: Client[] = [];

/** A connection as one of the roles of the telemetry database. */
async function as(url: string): Promise<(text: string) => Promise<unknown[]>> {
  const client = new Client({ connectionString: url });
  clients.push(client);
  await client.connect();
  return async (text) => (await client.query<object>(text)).rows;
}

beforeAll(async () => {
  telemetry = await Telemetry.create();
  const instance = await telemetry.start();
  const stray = { timestamp: '1999-01-01T00:00:00Z' };
  await ingest(instance, [auditEvent(), auditEvent({ organization_id: 2 }), auditEvent(stray)]);
  const maintainer = await as(telemetry.databases.telemetry.maintainerUrl);
  await maintainer('select audit.ensure_partitions(2)'); // as the service does every hour
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await telemetry.stop();
});

const TABLES = ['audit.audit_logs', 'integrity.leaves'];

const attempts = (table: string) => [
  `update ${table} set organization_id = 3`,
  `delete from ${table}`,
  `truncate ${table}`,
  `truncate ${table} cascade`,
];

async function partitions(): Promise<string[]> {
  const rows = await telemetry.sql<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit.audit_logs'::regclass`,
  );
  return rows.map(({ name }) => name);
}

async function stored() {
  const [counts] = await telemetry.sql(
    `select (select count(*)::int from audit.audit_logs where organization_id > 0) as rows,
       (select count(*)::int from integrity.leaves where organization_id > 0) as leaves`,
  );
  return counts;
}

describe('the record cannot be changed', () => {
  afterEach(() => expect(stored()).resolves.toEqual({ rows: 3, leaves: 3 }));

  it('by the service’s own role, which has no right to', async () => {
    const writer = await as(telemetry.databases.telemetry.writerUrl);
    for (const statement of [...TABLES, ...(await partitions())].flatMap(attempts)) {
      await expect(writer(statement)).rejects.toMatchObject({ code: '42501' });
    }
    for (const table of TABLES) {
      await expect(writer(`alter table ${table} disable trigger all`)).rejects.toMatchObject({
        code: '42501',
      });
      await expect(writer(`drop table ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('by the owner either, whom triggers refuse, also on each partition by its own name', async () => {
    const owner = await as(telemetry.databases.telemetry.migrationUrl);
    const filled = await telemetry.sql<{ name: string }>(
      'select distinct tableoid::regclass::text as name from audit.audit_logs',
    );
    expect(filled.length).toBeGreaterThan(1);
    for (const table of [...TABLES, ...filled.map(({ name }) => name)]) {
      for (const statement of attempts(table)) {
        await expect(owner(statement)).rejects.toThrow(/is append-only/);
      }
    }
    const empty = (await partitions()).filter((name) => !filled.some((other) => other.name === name));
    for (const name of empty) await expect(owner(`truncate ${name}`)).rejects.toThrow(/is append-only/);
  });

  it('by the reader or the maintainer, who have no right to any table', async () => {
    const { readerUrl, maintainerUrl } = telemetry.databases.telemetry;
    for (const url of [readerUrl, maintainerUrl]) {
      const role = await as(url);
      for (const table of [...TABLES, ...(await partitions())]) {
        const statements = [
          ...attempts(table),
          `select * from ${table}`,
          `insert into ${table} default values`,
        ];
        for (const statement of statements)
          await expect(role(statement)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });
});

describe('the reader', () => {
  it('sees the entries of the organization it names, and nothing without a name', async () => {
    const reader = await as(telemetry.databases.telemetry.readerUrl);
    const seen = () => reader('select distinct organization_id from audit.organization_audit_logs');
    await expect(seen()).resolves.toEqual([]);
    for (const organization_id of [1, 2]) {
      await reader('begin');
      await reader(`select set_config('app.current_org_id', '${organization_id}', true)`);
      await expect(seen()).resolves.toEqual([{ organization_id }]);
      await reader('commit');
      await expect(seen()).resolves.toEqual([]);
    }
  });

  it('can neither make functions nor learn of others by what a function does with their rows', async () => {
    const reader = await as(telemetry.databases.telemetry.readerUrl);
    const own = `create function pg_temp.tell(text) returns boolean language sql as 'select true'`;
    await expect(reader(own)).rejects.toMatchObject({ code: '42501' });
    const others = `select * from audit.organization_audit_logs where 1 / (organization_id - 2) > 0`;
    await reader('begin');
    await reader(`select set_config('app.current_org_id', '1', true)`);
    await expect(reader(others)).resolves.toEqual([]); // organization 2's row would divide by zero
    await reader('commit');
  });
});

describe('the maintainer', () => {
  it('makes partitions ahead through one function, and that is all', async () => {
    const maintainer = await as(telemetry.databases.telemetry.maintainerUrl);
    const made = (await maintainer('select * from audit.ensure_partitions(4)')) as { outcome: string }[];
    const native = ['present', 'present', 'present', 'created', 'created'];
    expect(made.map(({ outcome }) => outcome)).toEqual((await telemetry.isHypertable()) ? [] : native);
    await expect(maintainer('select * from audit.ensure_partitions(100)')).rejects.toMatchObject({
      code: '22023',
    });
    await expect(maintainer('create table audit.mine ()')).rejects.toMatchObject({ code: '42501' });
    await expect(maintainer('select * from audit.organization_audit_logs')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('reports a month that strays already lie in, and keeps them', async () => {
    const maintainer = await as(telemetry.databases.telemetry.maintainerUrl);
    const ahead = new Date(
      Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 6, 3),
    ).toISOString();
    const instance = await telemetry.start();
    const [result] = await ingest(instance, [auditEvent({ organization_id: 2, timestamp: ahead })]);
    expect(result?.status).toBe('stored');
    const made = (await maintainer('select * from audit.ensure_partitions(7)')) as { outcome: string }[];
    const native = ['created', 'held by the default partition', 'created'];
    expect(made.map(({ outcome }) => outcome).slice(5)).toEqual(
      (await telemetry.isHypertable()) ? [] : native,
    );
    await expect(stored()).resolves.toEqual({ rows: 4, leaves: 4 });
    const owner = await as(telemetry.databases.telemetry.migrationUrl);
    for (const name of await partitions())
      await expect(owner(`truncate ${name}`)).rejects.toThrow(/is append-only/);
  });
});
