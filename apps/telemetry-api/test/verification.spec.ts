import type { AuditEvent, AuditIntegrityResponse } from '@restartix/contracts';
import { AlertPort } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import { ProofsService } from '../src/integrity/proofs.service';
import { VerificationService } from '../src/verification/verification.service';
import { auditEvent, ingest } from './events';
import { Telemetry, type Instance } from './telemetry';

let telemetry: Telemetry;
let instances: Instance[];

beforeAll(async () => {
  telemetry = await Telemetry.create();
  instances = [await telemetry.start(), await telemetry.start()];
});
afterAll(() => telemetry.stop());

const one = () => instances[0] as Instance;
const events = (count: number, organization_id: number) =>
  Array.from({ length: count }, () => auditEvent({ organization_id }));

const report = (organization_id: number) =>
  one().channel.post<AuditIntegrityResponse>('/internal/v1/audit-integrity', { organization_id });

const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 50));
};
const verified = (organization: number, count: number) =>
  until(async () => (await report(organization)).verification.verified === count);

/** As a superuser who knows the triggers. */
const tamper = async (statement: string, values: unknown[] = []) => {
  const client = await telemetry.superuser.connect();
  try {
    await client.query('begin');
    await client.query(`set local session_replication_role = 'replica'`);
    await client.query(statement, values);
    await client.query('commit');
  } finally {
    client.release();
  }
};

/** The next pass is due at once. */
const passAgain = (organization: number) =>
  telemetry.sql(
    `update integrity.verifications set pass_started_at = '2000-01-01' where organization_id = $1`,
    [organization],
  );

const alertsOf = (organization: number) =>
  instances
    .flatMap(({ app }) => app.get(AlertPort, { strict: false }).open())
    .filter(({ code, labels }) => code === 'audit_log_fault' && labels.organization === organization);

it('follows the sealed log by itself, each organization on its own, over any number of instances', async () => {
  await Promise.all([ingest(one(), events(500, 1)), ingest(instances[1] as Instance, events(120, 2))]);
  await ingest(one(), events(260, 1));
  await Promise.all([verified(1, 760), verified(2, 120)]);
  const { checkpoint, verification } = await report(1);
  expect(checkpoint?.size).toBe(760);
  expect(verification).toMatchObject({ verified: 760, pass_position: 760, faults: [] });
  expect(Date.parse(verification.verified_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect(await report(9)).toEqual({
    checkpoint: null,
    verification: {
      verified: 0,
      verified_at: null,
      pass_position: 0,
      pass_started_at: null,
      pass_completed_at: null,
      faults: [],
    },
  });
});

it('names the changed and the deleted event in its next pass, raises an alert, and takes both back when mended', async () => {
  const batch = events(30, 3);
  await ingest(one(), batch);
  await ingest(one(), events(5, 4));
  await Promise.all([verified(3, 30), verified(4, 5)]);
  const [changed, deleted] = [batch[7]!.event_id, batch[21]!.event_id];
  const [row] = await telemetry.sql<{ kept: string }>(
    `select to_jsonb(entry)::text as kept from audit.audit_logs entry where event_id = $1`,
    [deleted],
  );
  await tamper(`update audit.audit_logs set details = '{"share": 1.5}' where event_id = $1`, [changed]);
  await tamper('delete from audit.audit_logs where event_id = $1', [deleted]);
  await passAgain(3);
  await until(async () => (await report(3)).verification.faults.length === 2);
  expect((await report(3)).verification.faults).toMatchObject([
    { kind: 'event_changed', leaf_index: 7, event_id: changed },
    { kind: 'event_missing', leaf_index: 21, event_id: deleted },
  ]);
  await until(() => alertsOf(3).length > 0);
  expect(alertsOf(4)).toEqual([]);
  expect((await report(4)).verification.faults).toEqual([]);
  const health = await (await fetch(`${one().url}/health`)).json();
  expect(JSON.stringify(health)).not.toContain(changed);

  await tamper(`update audit.audit_logs set details = '{}' where event_id = $1`, [changed]);
  await tamper(
    `insert into audit.audit_logs select * from jsonb_populate_record(null::audit.audit_logs, $1::jsonb)`,
    [row!.kept],
  );
  await passAgain(3);
  await until(async () => (await report(3)).verification.faults.length === 0);
});

it('names an event that was given a second row at another time', async () => {
  const stored = events(3, 8);
  await ingest(one(), [...stored, ...events(2, 9)]);
  await Promise.all([verified(8, 3), verified(9, 2)]);
  const { event_id } = stored[1] as AuditEvent;
  await tamper(
    `insert into audit.audit_logs select (row).* from (select jsonb_populate_record(entry, jsonb_build_object(
       'timestamp', entry."timestamp" - interval '1 year', 'action', 'export')) as row
       from audit.audit_logs entry where event_id = $1) forged`,
    [event_id],
  );
  await Promise.all([passAgain(8), passAgain(9)]);
  await until(async () => (await report(8)).verification.faults.length === 1);
  expect((await report(8)).verification.faults[0]).toMatchObject({ event_id, leaf_index: 1 });
  await until(async () => (await report(9)).verification.pass_position === 2);
  expect((await report(9)).verification.faults).toEqual([]);
});

it('finds a leaf that is gone, and a log whose end was cut off', async () => {
  await ingest(one(), events(20, 5));
  await verified(5, 20);
  await tamper('delete from integrity.leaves where organization_id = 5 and leaf_index = 11');
  await passAgain(5);
  await until(async () => (await report(5)).verification.faults.length === 1);
  expect((await report(5)).verification.faults).toMatchObject([{ kind: 'leaf_missing', leaf_index: 11 }]);
  const leaves = await one().app.get(ProofsService, { strict: false }).leaves(5, 10, 3);
  expect(leaves.map(({ index }) => index)).toEqual([10, 12]); // and not the next in place of the one that is gone

  await ingest(one(), events(10, 6));
  await verified(6, 10);
  await ingest(one(), events(10, 6));
  await verified(6, 20);
  const [first] = await telemetry.sql<{ size: number }>(
    'select min(size)::int as size from integrity.checkpoints where organization_id = 6',
  );
  const size = first!.size;
  await tamper('delete from integrity.checkpoints where organization_id = 6 and size > $1', [size]);
  await tamper('delete from integrity.leaves where organization_id = 6 and leaf_index >= $1', [size]);
  await until(async () => (await report(6)).verification.faults.length > 0);
  expect((await report(6)).verification.faults).toMatchObject([{ kind: 'log_shortened', leaf_index: size }]);
});

it('takes what went with a dropped partition for no fault, and names what is gone without a drop', async () => {
  const at = (day: string) => ({
    event_id: uuidv7({ msecs: Date.parse(day) }),
    timestamp: `${day}T00:00:00.000Z`,
  });
  const [dropped, deleted] = [at('2017-07-10'), at('2017-08-10')].map((event) =>
    auditEvent({ ...event, organization_id: 11 }),
  ) as [AuditEvent, AuditEvent];
  const other = auditEvent({ ...at('2017-07-10'), organization_id: 12 });
  await ingest(one(), [dropped, deleted, other]);
  await Promise.all([verified(11, 2), verified(12, 1)]);
  const gone = [dropped, deleted, other].map(({ event_id }) => event_id);
  await tamper('delete from audit.audit_logs where event_id = any($1)', [gone]);
  const faultsOf = async (organization: number) =>
    (await report(organization)).verification.faults.map(({ event_id }) => event_id);
  const passed = async (organization: number, faults: number) => {
    await passAgain(organization);
    await until(async () => (await faultsOf(organization)).length === faults);
  };
  await Promise.all([passed(11, 2), passed(12, 1)]);
  await telemetry.sql(
    `insert into integrity.retention_drops
       (event_id, partition_name, range_from, range_to, organization_id, events, patients)
     values ($1, 'audit_logs_2017_07', '2017-07-01', '2017-08-01', 11, 1, 1)`,
    [uuidv7()],
  );
  await passed(11, 1);
  expect(await faultsOf(11)).toEqual([deleted.event_id]);
  await passAgain(12);
  expect(await faultsOf(12)).toEqual([other.event_id]); // a drop of another organization's log says nothing of this one
});

it('finds row, leaf and nodes rewritten together: the signed root says so', async () => {
  await ingest(one(), events(1, 7));
  await verified(7, 1);
  const [other] = await telemetry.sql<{ event_id: string }>(
    `select event_id from integrity.leaves where organization_id = 1 limit 1`,
  );
  await tamper(
    `update integrity.leaves set leaf_hash = (select leaf_hash from integrity.leaves where event_id = $1)
     where organization_id = 7`,
    [other!.event_id],
  );
  await passAgain(7);
  await until(async () => (await report(7)).verification.faults.some(({ kind }) => kind === 'root_changed'));
});

it('goes on when a round fails', async () => {
  const service = one().app.get(VerificationService, { strict: false });
  await telemetry.sql('alter table integrity.verifications rename to away');
  await expect(service.round()).rejects.toThrow();
  await telemetry.sql('alter table integrity.away rename to verifications');
  await ingest(one(), events(3, 8));
  await verified(8, 3);
});
