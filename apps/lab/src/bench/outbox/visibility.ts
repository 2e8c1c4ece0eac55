import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, Finding } from '../figure';
import type { BenchOptions } from '../harness';
import { runName } from '../load/requests';
import { untilQuiet } from '../machine';
import type { BenchPlatform } from '../platform';
import { quantile, spreadOf } from '../statistics';

/** Reads of a round; its 99th percentile is one value. */
const READS = 100;
const VISIBLE_WITHIN_MS = 10_000;
const LOOK_MS = 1;

const VISIBLE: Figure = {
  name: 'commit → visible, idle p99, ms',
  better: 'smaller',
  floor: 1000,
  goal: 250,
  stretch: 50,
};

/** What compliance is shown: the view of the reader, for its organization. */
const LOOK = `select 1 from audit.organization_audit_logs where request_id = $1`;

/** Figure 5: from the answer to a read until its event stands in what compliance searches. */
export async function visibility(platform: BenchPlatform, options: BenchOptions): Promise<Finding> {
  const run = runName();
  const p99s: number[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    await untilQuiet(options.patienceMs);
    const times: number[] = [];
    for (let read = 0; read < READS; read += 1) times.push(await one(platform, `${run}-${round}-${read}`));
    if (round === 0) continue; // warms up
    p99s.push(quantile(times, 0.99));
    options.say(
      `  round ${round} of ${options.rounds}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`,
    );
  }
  await platform.assertOneViewEach(run, READS * (options.rounds + 1));
  return { figure: VISIBLE, spread: spreadOf(p99s) };
}

/** The platform is idle before each: nothing waits in the outbox. */
async function one({ facts, telemetry }: BenchPlatform, id: string): Promise<number> {
  const [organization] = facts.organizations;
  if (!organization) throw new Error('There is no organization');
  const answer = await fetch(`${facts.coreApi}/v1/patients/${organization.patients[0]}`, {
    headers: { authorization: `Bearer ${organization.tokens.specialist}`, 'x-request-id': id },
  });
  await answer.arrayBuffer();
  const committed = performance.now();
  if (answer.status !== 200) throw new Error(`A patient was answered with ${answer.status}`);
  for (;;) {
    const rows = await telemetry.transaction({ 'app.current_org_id': String(organization.id) }, (sql) =>
      sql.query(LOOK, [id]),
    );
    const waited = performance.now() - committed;
    if (rows.length > 0) return waited;
    if (waited > VISIBLE_WITHIN_MS) throw new Error(`Request ${id} did not show in the trail`);
    await sleep(LOOK_MS);
  }
}
