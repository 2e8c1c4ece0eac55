import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timeslot } from '@restartix/contracts';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { startPlatform, type Platform } from '@restartix/testing';
import { faultsOf, Rivals, type Outcome } from '../src/race/rivals';

/** `npm run race` asks for more. */
const SLOTS = Number(process.env.RACE_SLOTS ?? 12);
const RIVALS = Number(process.env.RACE_RIVALS ?? 12);
/** So many requests are on their way at once; the rivals of one time always are. */
const IN_FLIGHT = 256;
const DEADLINE_MS = 60_000 + SLOTS * RIVALS * 50;

/** What cal.com still gets wrong (#13397): several bookings of one time when they are asked for at once. */
describe(`${RIVALS} rivals for each of ${SLOTS} times, by every way there is`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'race-'));
  let redis: Running;
  let platform: Platform;
  let rivals: Rivals;
  let slots: Timeslot[];
  let specialist: string;

  beforeAll(async () => {
    const cache = join(workspaceRoot(), '.lab/cache');
    redis = await startRedis({ dir, name: 'redis', password: 'p', cache, durable: false });
    platform = await startPlatform({ patients: 10, environment: { coreApi: { REDIS_URL: redis.url } } });
    const { tokens, patients, appointmentType, specialists } = platform.organizations[0]!;
    specialist = specialists[0];
    rivals = new Rivals({ coreApi: platform.coreApi, tokens, patients, appointmentType, specialist });
    slots = await rivals.freeTimes(2 * SLOTS + 1);
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await redis?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** How often each time is taken, by what the database holds. */
  async function taken(times: readonly Timeslot[]): Promise<number[]> {
    const owner = await platform.superuser('main');
    const rows = await owner.query<{ n: number }>(
      `select (select count(*)::int from appointments where specialist_id = $1 and starts_at = wanted
                 and status not in ('cancelled', 'noshow')) as n from unnest($2::timestamptz[]) wanted`,
      [specialist, times.map(({ starts_at }) => starts_at)],
    );
    await owner.close();
    return rows.map(({ n }) => n);
  }

  /** All rivals of a time at once, and as many times at once as may be. */
  async function race(times: readonly Timeslot[], onHalf?: () => void): Promise<Outcome[][]> {
    const outcomes: Outcome[][] = [];
    const atOnce = Math.max(1, Math.floor(IN_FLIGHT / RIVALS));
    for (let first = 0; first < times.length; first += atOnce) {
      const racing = times.slice(first, first + atOnce).map((slot) => rivals.race(slot, RIVALS));
      if (first <= times.length / 2 && times.length / 2 < first + atOnce) onHalf?.();
      outcomes.push(...(await Promise.all(racing)));
    }
    return outcomes;
  }

  /** How many were answered what, by way. */
  function print(what: string, outcomes: Outcome[][]): void {
    const counts: Record<string, number> = {};
    for (const { way, status } of outcomes.flat())
      counts[`${way} ${status}`] = (counts[`${way} ${status}`] ?? 0) + 1;
    const told = Object.entries(counts)
      .sort()
      .map(([answer, count]) => `${answer} × ${count}`);
    process.stdout.write(`race, ${what}: ${outcomes.length} times × ${RIVALS} rivals: ${told.join('  ')}\n`);
  }

  it(
    'leave exactly one winner of each, no failure, and the others with times that are free',
    async () => {
      const times = slots.slice(0, SLOTS);
      const outcomes = await race(times);
      print('undisturbed', outcomes);
      expect(outcomes.flatMap(faultsOf)).toEqual([]);
      expect(await taken(times)).toEqual(times.map(() => 1));
    },
    DEADLINE_MS,
  );

  it(
    'leave never two, and exactly one, while Redis is killed among them: staff is among the rivals',
    async () => {
      const times = slots.slice(SLOTS, 2 * SLOTS);
      const outcomes = await race(times, () => setTimeout(() => redis.kill('SIGKILL'), 50));
      print('Redis killed', outcomes);
      for (const rivals of outcomes) {
        expect(rivals.filter(({ status }) => status === 201)).toHaveLength(1);
        for (const { way, status } of rivals)
          expect(way === 'stranger' ? [201, 409, 503] : [201, 409]).toContain(status);
      }
      expect(await taken(times)).toEqual(times.map(() => 1));
      const last = slots.at(-1)!;
      expect(await rivals.attempt(last, 2)).toMatchObject({ way: 'stranger', status: 503 });
      expect(await rivals.attempt(last, 0)).toMatchObject({ way: 'desk', status: 201 }); // the desk goes on
    },
    DEADLINE_MS,
  );
});
