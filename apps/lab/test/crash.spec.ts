import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@restartix/database';
import { Lab } from '../src/lab';
import { readTrail, trailFaults } from '../src/chaos/trail';
import { Load, type Outcome } from '../src/chaos/load';
import { killSchedule } from '../src/chaos/schedule';

const REQUESTS = 10_000;
const IN_FLIGHT = 16;
const KILLS_EACH = 5;
const SEED = Number(process.env.CRASH_SEED ?? 20_261_121);

/**
 * Audited requests while telemetry-api, its PostgreSQL and core-api are killed without warning. What was answered is
 * in the trail exactly as its route declares; what was not is there wholly, together with its change, or not at all.
 */
describe(`10,000 audited requests across fifteen kills (seed ${SEED})`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'restartix-crash-'));
  const lab = new Lab({ dir, quiet: true });
  let outcomes: Outcome[];
  let main: Database;
  let telemetry: Database;

  beforeAll(async () => {
    const { coreApi, organizations } = await lab.start();
    main = new Database({ url: lab.superuserUrls.main, applicationName: 'crash test', max: 2 });
    telemetry = new Database({ url: lab.superuserUrls.telemetry, applicationName: 'crash test', max: 2 });
    await main.connect();
    const load = new Load(coreApi, organizations, SEED);
    const kills = killSchedule(SEED, REQUESTS, KILLS_EACH, ['telemetryApi', 'telemetryPostgres', 'coreApi']);
    outcomes = await load.run({
      requests: REQUESTS,
      inFlight: IN_FLIGHT,
      onAnswered: (count) => kills.filter(({ at }) => at === count).forEach(({ victim }) => lab.kill(victim)),
    });
    await lab.whenReady();
    await emptied(main);
    await telemetry.connect();
  }, 600_000);

  afterAll(async () => {
    await Promise.allSettled([main.close(), telemetry.close()]);
    await lab.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('answered every request it was asked for, and only with success', () => {
    const answered = outcomes.filter(({ status }) => status !== null);
    expect(answered).toHaveLength(REQUESTS);
    expect(answered.filter(({ status }) => status! >= 300)).toEqual([]);
  });

  it('killed each victim five times', () => {
    expect(lab.restarts).toMatchObject({
      telemetryApi: KILLS_EACH,
      telemetryPostgres: KILLS_EACH,
      coreApi: KILLS_EACH,
    });
  });

  it('holds exactly the declared events of every answered request, and all or none of the others', async () => {
    const trail = await readTrail(telemetry);
    expect(trailFaults(outcomes, trail).slice(0, 5)).toEqual([]);
  });

  it('agrees with what is stored: every change has its event and every event its change', async () => {
    const trail = await readTrail(telemetry);
    const stored = await main.query<{ id: string; version: number }>('select id, version from patients');
    const updates = new Map<string, number>();
    const created = new Set<string>();
    for (const { action, resource_type, patient_id, versioned } of trail) {
      if (resource_type !== 'patient' || !patient_id) continue;
      if (action === 'update' && versioned) updates.set(patient_id, (updates.get(patient_id) ?? 0) + 1);
      if (action === 'create') created.add(patient_id);
    }
    const wrong = stored.filter(({ id, version }) => version - 1 !== (updates.get(id) ?? 0));
    expect(wrong).toEqual([]);
    const initial = new Set(outcomes.flatMap(({ initialPatients }) => initialPatients));
    const ids = stored.map(({ id }) => id).filter((id) => !initial.has(id));
    expect(new Set(ids)).toEqual(new Set([...created].filter((id) => !initial.has(id))));
  });

  it('has no event twice and no gap in any organization', async () => {
    const [twice] = await telemetry.query<{ count: number }>(
      'select (count(*) - count(distinct event_id))::int as count from audit.audit_logs',
    );
    expect(twice!.count).toBe(0);
    const logs = await telemetry.query<{
      organization_id: number;
      leaves: number;
      first: number;
      last: number;
    }>(
      `select organization_id, count(*)::int as leaves, min(leaf_index)::int as first, max(leaf_index)::int as last
         from integrity.leaves group by 1 order by 1`,
    );
    expect(logs.map(({ organization_id }) => organization_id)).toEqual([0, 1, 2]);
    for (const { leaves, first, last } of logs) expect([first, last]).toEqual([0, leaves - 1]);
    const [unpaired] = await telemetry.query<{ count: number }>(
      `select count(*)::int as count from integrity.leaves l
         full join audit.audit_logs a on a.event_id = l.event_id where a.event_id is null or l.event_id is null`,
    );
    expect(unpaired!.count).toBe(0);
  });
});

/** Waits until everything is delivered. */
async function emptied(main: Database): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const [row] = await main.query<{ depth: number }>('select count(*)::int as depth from audit_outbox');
    if (row?.depth === 0) return;
    if (Date.now() > until) throw new Error(`The outbox still holds ${row?.depth} events after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
