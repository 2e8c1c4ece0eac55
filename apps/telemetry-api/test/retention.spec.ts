import { createPublicKey } from 'node:crypto';
import type { AuditExportResponse, AuditSearchResponse, RetentionPlan } from '@restartix/contracts';
import { openCheckpoint, verifyInclusion } from '@restartix/crypto';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { RetentionService } from '../src/retention/retention.service';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

const DAY_MS = 86_400_000;
const [JANUARY, APRIL, JULY] = ['2017-01-15', '2017-04-15', '2017-07-15'] as const;
const PATIENTS = { one: uuidv7(), two: uuidv7(), absent: uuidv7() };

let telemetry: Telemetry;
let instances: Instance[];
let maintainer: Client;

/** A month's partition as it was made in that month's time; a hypertable makes its own chunks. */
async function makeMonth(of: Telemetry, month: string): Promise<void> {
  if (await of.isHypertable()) return;
  const name = `audit.audit_logs_${month.replace('-', '_')}`;
  const next = `${month.slice(0, 6)}${Number(month.slice(6)) + 1}`;
  await of.sql(
    `create table ${name} partition of audit.audit_logs for values from ('${month}-01+00') to ('${next}-01+00')`,
  );
  await of.sql(`alter table ${name} owner to migrator`);
}

/** Organization 1 has events in all three months, organization 2 in the second, both of patients. */
beforeAll(async () => {
  telemetry = await Telemetry.create();
  instances = [await telemetry.start()];
  for (const month of ['2017-01', '2017-04', '2017-07']) await makeMonth(telemetry, month);
  const at = (day: string, organization_id: number, patient_id: string) =>
    auditEvent({ timestamp: `${day}T12:00:00.000Z`, organization_id, patient_id });
  await ingest(instances[0]!, [
    at(JANUARY, 1, PATIENTS.one),
    at(JANUARY, 1, uuidv7()),
    at(APRIL, 1, PATIENTS.one),
    at(APRIL, 2, PATIENTS.two),
    at(APRIL, 2, PATIENTS.two),
    at(JULY, 1, uuidv7()),
    auditEvent({ organization_id: 1 }),
    auditEvent({ organization_id: 2 }),
  ]);
  maintainer = new Client({ connectionString: telemetry.databases.telemetry.maintainerUrl });
  await maintainer.connect();
}, 120_000);

afterAll(async () => {
  await maintainer?.end();
  await telemetry?.stop();
});

const post = <T>(path: string, body: object) =>
  instances[0]!.channel.post<T>(`/internal/v1/retention/${path}`, body);
const plan = (organization_id: number, on: string | null = null) =>
  post<RetentionPlan>('plan', { organization_id, on });
const partOf = (found: RetentionPlan, day: string) =>
  found.partitions.find(({ from, to }) => from! <= `${day}T12` && `${day}T12` < to!);
const service = (instance: Instance) => instance.app.get(RetentionService, { strict: false });
const round = () => service(instances[0]!).round();
const days = async () => {
  const rows = await telemetry.sql<{ day: string }>(
    `select distinct to_char("timestamp" at time zone 'UTC', 'YYYY-MM-DD') as day
       from audit.audit_logs where "timestamp" < '2018-01-01' order by 1`,
  );
  return rows.map(({ day }) => day);
};
const hold = async (organization_id: number, patient_id: string | null) => {
  const hold_id = uuidv7();
  await post('holds', { hold_id, organization_id, patient_id });
  await post('holds', { hold_id, organization_id, patient_id }); // twice is once
  return hold_id;
};
/** Statements of a superuser that triggers do not refuse. */
const pastTriggers = (statements: string, of = telemetry) =>
  of.sql(`begin; set local session_replication_role = replica; ${statements}; commit`);
/** Makes the notices so many days older. */
const antedate = (by: number, of = telemetry) =>
  pastTriggers(`update integrity.retention_notices set noticed_at = noticed_at - interval '${by} days'`, of);
const ownEvents = async (organization_id: number) => {
  const { entries } = await instances[0]!.channel.post<AuditSearchResponse>(
    '/internal/v1/audit-logs/search',
    {
      organization_id,
      filters: { resource_type: 'audit_partition' },
      page_size: 100,
      before: null,
      reveal_identity: false,
    },
  );
  return entries;
};

describe('the plan', () => {
  it('says what of an organization would go on a day, to the day, and nothing of another', async () => {
    const january = partOf(await plan(1), JANUARY)!;
    const due = new Date(Date.parse(january.to!) + 2557 * DAY_MS);
    const dayBefore = new Date(due.getTime() - DAY_MS).toISOString().slice(0, 10);
    const on = new Date(Math.ceil(due.getTime() / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
    expect((await plan(1, dayBefore)).partitions).toEqual([]);
    const found = await plan(1, on);
    expect(found).toMatchObject({ on, retention_days: 2557, notice_days: 30 });
    expect(found.partitions).toEqual([
      { ...january, events: 2, patients: 2, outcome: 'due', held_by: [], noticed_at: null },
    ]);
    expect(partOf(await plan(2), JANUARY)).toMatchObject({ events: 0, patients: 0 });
    expect(partOf(await plan(2), APRIL)).toMatchObject({ events: 2, patients: 1 });
  });

  it('shows what a hold keeps: the whole partition, to every organization, but whose it is to its own only', async () => {
    const held = await hold(2, PATIENTS.two);
    const idle = await hold(2, PATIENTS.absent);
    expect(partOf(await plan(2), APRIL)).toMatchObject({ outcome: 'held', held_by: [held] });
    expect(partOf(await plan(1), APRIL)).toMatchObject({ outcome: 'held', held_by: [] });
    expect(partOf(await plan(1), JANUARY)).toMatchObject({ outcome: 'due' });
    await post('holds/lift', { hold_id: held, organization_id: 1 }); // not organization 1's to lift
    expect(partOf(await plan(2), APRIL)).toMatchObject({ outcome: 'held' });
    for (const hold_id of [held, idle]) await post('holds/lift', { hold_id, organization_id: 2 });
    const everything = await hold(1, null);
    for (const day of [JANUARY, APRIL, JULY])
      expect(partOf(await plan(1), day)).toMatchObject({ outcome: 'held', held_by: [everything] });
    await post('holds/lift', { hold_id: everything, organization_id: 1 });
    expect(partOf(await plan(1), APRIL)).toMatchObject({ outcome: 'due', held_by: [] });
  });

  it.each([
    ['plan', { organization_id: 1, on: '2033-02-30' }, 'on'],
    ['plan', { organization_id: -1, on: null }, 'organization_id'],
    ['holds', { hold_id: 'x', organization_id: 1, patient_id: null }, 'hold_id'],
    ['holds/lift', { hold_id: uuidv7(), organization_id: 1, reason: 'x' }, 'reason'],
  ])('%s refuses %j', async (path, body, field) => {
    await expect(post(path, body)).rejects.toMatchObject({ code: 'validation_error', errors: [{ field }] });
  });
});

describe('the database', () => {
  const REFUSED = { code: '42501' };
  const INVALID = { code: '22023' };
  const drop = (name: string, moment = 'now()', term = 2557, notice = 30) =>
    maintainer.query(`select * from audit.drop_partition($1, ${moment}, $2, $3)`, [name, term, notice]);

  it('drops nothing that is young, unannounced or announced of late, whoever asks for it', async () => {
    const [{ name } = { name: '' }] = await telemetry.sql<{ name: string }>(
      `select partition_name as name from audit.partitions() where range_from <= now() and now() < range_to`,
    );
    const january = partOf(await plan(1), JANUARY)!.partition;
    await expect(drop(name)).rejects.toMatchObject(REFUSED);
    await expect(drop(name, `now() + interval '20 years'`)).rejects.toMatchObject(REFUSED);
    await expect(drop(january)).rejects.toMatchObject(REFUSED);
    await expect(drop(january, 'now()', 30)).rejects.toMatchObject(INVALID);
    await expect(drop(january, 'now()', 2557, 0)).rejects.toMatchObject(INVALID);
    expect((await drop('audit_logs_1999_01')).rows).toEqual([]);
    for (const relation of await partitions())
      await expect(maintainer.query(`drop table ${relation}`)).rejects.toMatchObject(REFUSED);
    const writer = new Client({ connectionString: telemetry.databases.telemetry.writerUrl });
    await writer.connect();
    for (const statement of [
      `select audit.drop_partition('${january}', now(), 2557, 30)`,
      'select audit.notice_due_partitions(now(), 2557)',
      `delete from integrity.legal_holds`,
      `insert into integrity.retention_notices (partition_name, range_from, range_to, events, patients)
         values ('${january}', now(), now(), 1, 1)`,
    ])
      await expect(writer.query(statement)).rejects.toMatchObject(REFUSED);
    await writer.end();
  });

  it('has no policy of its own that drops', async () => {
    if (!(await telemetry.isHypertable())) return; // there is none without TimescaleDB
    const jobs = await telemetry.sql<{ name: string }>(
      `select proc_name as name from timescaledb_information.jobs where hypertable_name = 'audit_logs'`,
    );
    expect(jobs).toEqual([{ name: 'policy_compression' }]);
  });

  const partitions = async () =>
    (await telemetry.sql<{ name: string }>('select relation::text as name from audit.partitions()')).map(
      ({ name }) => name,
    );
});

describe('a round', () => {
  it('announces what is due, once, and drops nothing before the days of notice have passed', async () => {
    await hold(2, PATIENTS.two); // keeps April
    instances.push(await telemetry.start(), await telemetry.start());
    await Promise.all(instances.map((instance) => service(instance).round()));
    const notices = await ownEvents(0);
    expect(notices.map(({ action }) => action)).toEqual(['configure', 'configure']);
    expect(partOf(await plan(1), JANUARY)!.noticed_at).not.toBeNull();
    expect(partOf(await plan(1), APRIL)!.noticed_at).toBeNull();
    await antedate(29);
    await round();
    expect(await days()).toEqual([JANUARY, APRIL, JULY]);
  });

  it('drops what was announced long enough ago, whole, each drop an event; a hold wins', async () => {
    const late = await hold(1, PATIENTS.one); // after the notice of January
    await antedate(1);
    await Promise.all(instances.map((instance) => service(instance).round()));
    expect(await days()).toEqual([JANUARY, APRIL]);
    const drops = (await ownEvents(1)).filter(({ action }) => action === 'delete');
    expect(drops).toHaveLength(1);
    expect(drops[0]).toMatchObject({ user_role: 'system', details: { events: 1, patients: 1 } });
    expect((await ownEvents(2)).filter(({ action }) => action === 'delete')).toEqual([]);
    await post('holds/lift', { hold_id: late, organization_id: 1 });
    await round();
    expect(await days()).toEqual([APRIL]);
  });

  it('tells of a drop although the service died before it could', async () => {
    const before = await ownEvents(1);
    const [gone] = before.filter(({ action }) => action === 'delete');
    await pastTriggers(
      ['integrity.leaves', 'audit.audit_logs']
        .map((table) => `delete from ${table} where event_id = '${gone!.event_id}'`)
        .join(';'),
    );
    await round();
    expect((await ownEvents(1)).map(({ event_id }) => event_id).sort()).toEqual(
      before.map(({ event_id }) => event_id).sort(),
    );
  });

  it('leaves the events of a month that has no partition of its own where they are', async () => {
    if (await telemetry.isHypertable()) return; // every event has its chunk
    await ingest(instances[0]!, [auditEvent({ timestamp: '2016-05-05T00:00:00Z', organization_id: 1 })]);
    await antedate(365);
    await round();
    expect(await days()).toEqual(['2016-05-05', APRIL]);
    expect((await plan(1)).partitions.find(({ to }) => to === null)).toMatchObject({
      partition: 'audit_logs_default',
      outcome: 'kept',
      events: 1,
    });
  });
});

it('leaves the proofs of events that were dropped, from their leaves', async () => {
  const fresh = await Telemetry.create();
  try {
    const instance = await fresh.start();
    const old = auditEvent({ timestamp: `${JULY}T00:00:00.000Z`, organization_id: 2 });
    await makeMonth(fresh, '2017-07');
    await ingest(instance, [old, auditEvent({ organization_id: 2 })]);
    await service(instance).round();
    await antedate(31, fresh);
    await service(instance).round();
    const read = () =>
      instance.channel.post<AuditExportResponse>('/internal/v1/audit-logs/export', {
        organization_id: 2,
        first: 0,
        size: null,
        page_size: 10,
      });
    let answer = await read();
    while ((answer.checkpoint?.size ?? 0) < 3) answer = await read();
    const { root, size } = openCheckpoint(answer.checkpoint!.note, [
      createPublicKey(fresh.keys.audit.publicKey),
    ]);
    const shape = answer.entries.map(({ event }) => event?.action ?? null);
    expect(shape).toEqual([null, 'view', 'delete']);
    expect(answer.entries[0]!.event_id).toBe(old.event_id);
    for (const { leaf_hash, leaf_index, proof } of answer.entries) {
      const hashes = proof.map((hash) => Buffer.from(hash, 'hex'));
      expect(verifyInclusion(Buffer.from(leaf_hash, 'hex'), leaf_index, size, hashes, root)).toBe(true);
    }
  } finally {
    await fresh.stop();
  }
});
