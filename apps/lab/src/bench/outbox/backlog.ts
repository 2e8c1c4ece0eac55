import { setTimeout as sleep } from 'node:timers/promises';
import { assertStored } from '../audit/stored';
import type { Figure, Finding } from '../figure';
import type { BenchOptions } from '../harness';
import type { LoadReport } from '../load/loader';
import { Loader } from '../load/processes';
import { assertAllOk, patientRequests, runName } from '../load/requests';
import { untilQuiet } from '../machine';
import type { BenchPlatform } from '../platform';
import { quantile, spreadOf } from '../statistics';

const EVENTS = 200_000;
const MILLION = 1_000_000;
/** Requests per second of the API meanwhile, over as many connections as a few clinics hold. */
const RATE = 50;
const CONNECTIONS = 8;
const IDLE_SECONDS = 10;
/** A block of load is so long; the backlog is drained when one has seen its end. */
const BLOCK_SECONDS = 2;
const DRAINED_WITHIN_MS = 1_800_000;

const DRAIN: Figure = {
  name: 'backlog of 1 M drained, s',
  better: 'smaller',
  floor: 120,
  goal: 60,
  stretch: 30,
};
const PATIENCE: Figure = {
  name: 'API p99 meanwhile ÷ idle',
  better: 'smaller',
  floor: 3,
  goal: 2,
  stretch: 1.5,
};

/** Views by specialists of both organizations, written in one transaction: none is delivered before all are there. */
const FILL = `
insert into audit_outbox (organization_id, event)
select s.organization_id, jsonb_build_object(
  'event_id', uuid_v7(), 'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'organization_id', s.organization_id, 'user_id', s.user_id, 'user_email', s.email, 'user_role', 'specialist',
  'action', 'view', 'resource_type', 'patient', 'resource_id', s.patient_id, 'patient_id', s.patient_id,
  'ip_address', '203.0.113.7', 'user_agent', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
  'request_id', $1 || '-' || n, 'success', true, 'details', '{}'::jsonb)
from generate_series(1, $2::int) n
join (select row_number() over () - 1 as place, count(*) over () as places, c.organization_id, c.patient_id, u.id as user_id, u.email
        from care_relationships c join specialists p on p.organization_id = c.organization_id and p.id = c.specialist_id
        join users u on u.id = p.user_id) s on s.place = n % s.places
order by n`;

/** Figure 6: how long a backlog takes, and what the API's callers feel of it. */
export async function backlog(platform: BenchPlatform, options: BenchOptions): Promise<Finding[]> {
  const events = options.events ?? EVENTS;
  const run = runName();
  const loader = new Loader();
  let blocks = 0;
  let sent = 0;
  const load = async (seconds: number): Promise<LoadReport> => {
    const report = await loader.run({
      port: Number(new URL(platform.facts.coreApi).port),
      requests: patientRequests(platform),
      idPrefix: `${run}load-${(blocks += 1)}`,
      connections: CONNECTIONS,
      seconds,
      rate: RATE,
    });
    assertAllOk(report);
    sent += report.sent;
    return report;
  };
  try {
    await load(BLOCK_SECONDS); // warms up
    await untilQuiet(options.patienceMs);
    const before = await load(IDLE_SECONDS);
    await platform.main.query(FILL, [run, events]);
    await platform.main.query('checkpoint'); // what the filling left to be written is no part of the drain
    const [last] = await platform.main.query<{ position: string }>(
      'select max(position) as position from audit_outbox',
    );
    const start = performance.now();
    const drained = untilDrained(platform, String(last?.position)).then(
      () => (performance.now() - start) / 1000,
    );
    let seconds: number | undefined;
    void drained.then((took) => (seconds = took));
    const during: number[] = [];
    while (seconds === undefined) during.push(...(await load(BLOCK_SECONDS)).times);
    await drained;
    await untilQuiet(options.patienceMs);
    const after = await load(IDLE_SECONDS);
    await assertStored(platform.telemetry, run, events);
    await platform.assertOneViewEach(`${run}load`, sent);
    const idle = Math.min(before.p99, after.p99);
    options.say(
      `  ${events.toLocaleString('en')} events drained in ${seconds.toFixed(1)} s, each stored once; ${RATE} requests per second meanwhile, idle p99 ${before.p99.toFixed(1)} and ${after.p99.toFixed(1)} ms`,
    );
    return [
      { figure: DRAIN, spread: spreadOf([(seconds * MILLION) / events]) },
      { figure: PATIENCE, spread: spreadOf(windowsOf(during).map((times) => quantile(times, 0.99) / idle)) },
    ];
  } finally {
    loader.stop();
  }
}

/** As many times in each as while idle, or some more: the 99th percentile of fewer would be nearly the longest. */
function windowsOf(times: readonly number[]): number[][] {
  const windows = Math.max(1, Math.floor(times.length / (RATE * IDLE_SECONDS)));
  const size = Math.ceil(times.length / windows);
  return Array.from({ length: windows }, (_, index) => times.slice(index * size, (index + 1) * size));
}

async function untilDrained({ main }: BenchPlatform, position: string): Promise<void> {
  const until = Date.now() + DRAINED_WITHIN_MS;
  for (;;) {
    const waiting = await main.query('select 1 from audit_outbox where position <= $1 limit 1', [position]);
    if (waiting.length === 0) return;
    if (Date.now() > until) throw new Error('The backlog was not drained');
    await sleep(100);
  }
}
