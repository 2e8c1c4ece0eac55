import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { workspaceRoot } from '@restartix/embedded';
import type { Outcome } from './load';
import { readTrail, trailCounts } from './trail';
import type { Watch } from './watch';

/** What is to be 0 after everything that went wrong, by name. */
export interface AuditFindings {
  acknowledged: number;
  unacknowledged: number;
  events: number;
  zeros: Record<string, number>;
  /** The last line of the verifier. */
  verifier: string;
}

interface VerifierPlace {
  database: string;
  copy: string;
  publicKey: string;
}

/** Holds the trail against what was acknowledged, against itself, against what is stored, and against its copy. */
export async function auditFindings(
  watch: Watch,
  outcomes: readonly Outcome[],
  place: VerifierPlace,
): Promise<AuditFindings> {
  const trail = await readTrail(watch.telemetry);
  const { acknowledged, lost, doubled, half } = trailCounts(outcomes, trail);
  const [twice] = await watch.telemetry.query<{ count: number }>(
    'select (count(*) - count(distinct event_id))::int as count from audit.audit_logs',
  );
  const [gaps] = await watch.telemetry.query<{ count: number }>(
    `select coalesce(sum(size - leaves), 0)::int as count from (
       select max(leaf_index) + 1 as size, count(*) as leaves from integrity.leaves group by organization_id) log`,
  );
  const [unpaired] = await watch.telemetry.query<{ count: number }>(
    `select count(*)::int as count from integrity.leaves leaf
     full join audit.audit_logs entry on entry.event_id = leaf.event_id
     where entry.event_id is null or leaf.event_id is null`,
  );
  const verifier = await verify(place);
  return {
    acknowledged,
    unacknowledged: outcomes.length - acknowledged,
    events: trail.length,
    zeros: {
      'acknowledged operations without their event (lost)': lost,
      'events more than an operation declares (doubled)': doubled + (twice?.count ?? 0),
      'unacknowledged operations recorded in part': half,
      'gaps in the logs': gaps?.count ?? 0,
      'rows without a leaf, leaves without a row': unpaired?.count ?? 0,
      'changes of patients without an event, events without a change': await changesWithoutEvents(watch),
      'bad entries named by verify-audit': verifier.faults,
    },
    verifier: verifier.line,
  };
}

/** Each version of a patient beyond the first has one event of an update that changed it. */
async function changesWithoutEvents({ main, telemetry }: Watch): Promise<number> {
  const stored = await main.query<{ id: string; changes: number }>(
    'select id, version - 1 as changes from patients',
  );
  const recorded = await telemetry.query<{ id: string; changes: number }>(
    `select patient_id as id, count(*)::int as changes from audit.audit_logs
     where resource_type = 'patient' and action = 'update' and details -> 'changes' ? 'version' group by 1`,
  );
  const events = new Map(recorded.map(({ id, changes }) => [id, changes]));
  return stored.reduce((sum, { id, changes }) => sum + Math.abs(changes - (events.get(id) ?? 0)), 0);
}

/** The built verifier, as an outsider runs it. */
async function verify({
  database,
  copy,
  publicKey,
}: VerifierPlace): Promise<{ faults: number; line: string }> {
  const program = join(workspaceRoot(), 'dist/apps/verify/src/main.js');
  const options = ['--database', database, '--copy', copy, '--public-key', publicKey, '--settled'];
  const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = (await text(child.stdout)).trim().split('\n').at(-1) ?? '';
  return { faults: (JSON.parse(line) as { faults: number }).faults, line };
}
