import type { AppointmentType } from '@restartix/contracts';
import { Database } from '@restartix/database';
import type { Finding } from '../figure';
import type { Bench, BenchOptions } from '../harness';
import { need } from '../json-api';
import { untilQuiet } from '../machine';
import type { LabFile } from '../../state/lab-file';
import { faultsOf, Rivals, type RaceCourse } from '../../race/rivals';
import { BenchPlatform } from '../platform';
import { quantile, spreadOf } from '../statistics';

const SLOTS = 200;
const RIVALS = 64;
const NAIVE_CONNECTIONS = 16;

const FIGURE = {
  ...{ name: 'booking, p99 ms', better: 'smaller' as const },
  ...{ floor: 250, goal: 60, stretch: 20 },
};

/** Figure 10. */
export const BOOKING: Bench = {
  name: 'booking',
  about: `${SLOTS} times × ${RIVALS} rivals by desk, patient and strangers: one winner each; and look, then write`,
  run: async (options) => {
    const platform = await BenchPlatform.start();
    try {
      const finding = await race(platform, options);
      await naively(platform, options);
      return [finding];
    } finally {
      await platform.stop();
    }
  },
};

/** The rivals of a time ask at once, time after time; each time is raced for in one of the rounds. */
async function race({ facts, main }: BenchPlatform, options: BenchOptions): Promise<Finding> {
  const course = await courseOf(facts);
  const slots = await new Rivals(course).freeTimes(SLOTS);
  const perRound = Math.ceil(SLOTS / options.rounds);
  const rounds: number[] = [];
  for (let first = 0; first < SLOTS; first += perRound) {
    await untilQuiet(options.patienceMs);
    const rivals = new Rivals(course);
    for (const slot of slots.slice(first, first + perRound)) {
      const faults = faultsOf(await rivals.race(slot, RIVALS));
      if (faults.length > 0) throw new Error(`${slot.starts_at}: ${faults.join(', ')}`);
    }
    rounds.push(quantile(rivals.times, 0.99));
    options.say(
      `  round ${rounds.length}: ${rivals.times.length} requests, p50 ${quantile(rivals.times, 0.5).toFixed(0)} ms, p99 ${rounds.at(-1)?.toFixed(0)} ms`,
    );
  }
  const [stored] = await main.query<{ n: number; distinct: number }>(
    `select count(*)::int as n, count(distinct starts_at)::int as "distinct" from appointments
      where specialist_id = $1 and status not in ('cancelled', 'noshow') and starts_at = any($2)`,
    [course.specialist, slots.map(({ starts_at }) => starts_at)],
  );
  if (stored?.n !== SLOTS || stored.distinct !== SLOTS)
    throw new Error(`The database holds ${JSON.stringify(stored)}`);
  options.say(`  ${SLOTS} times, ${SLOTS} winners, no failure`);
  return { figure: FIGURE, spread: spreadOf(rounds) };
}

async function courseOf({ coreApi, organizations }: LabFile): Promise<RaceCourse> {
  const [{ tokens, patients }] = organizations as [LabFile['organizations'][number]];
  const [type] = await need<[AppointmentType]>(coreApi, tokens.assistant, 'GET', '/v1/appointment-types');
  const [first] = type.specialists as [{ specialist_id: string }];
  return { coreApi, tokens, patients, appointmentType: type.id, specialist: first.specialist_id };
}

/** The same race in a table without the constraint, by rivals who look first. */
async function naively({ lab }: BenchPlatform, options: BenchOptions): Promise<void> {
  const rivals = new Database({
    url: lab.superuserUrls.main,
    applicationName: 'naive',
    max: NAIVE_CONNECTIONS,
  });
  await rivals.connect();
  try {
    await rivals.query('create table bench_naive (slot int not null)');
    for (let slot = 0; slot < SLOTS; slot += 1) {
      await Promise.all(
        Array.from({ length: RIVALS }, async () => {
          const taken = await rivals.query('select 1 as taken from bench_naive where slot = $1', [slot]);
          if (taken.length === 0) await rivals.query('insert into bench_naive values ($1)', [slot]);
        }),
      );
    }
    const [row] = await rivals.query<{ bookings: number }>(
      'select count(*)::int as bookings from bench_naive',
    );
    options.say(`  look, then write: ${SLOTS} times, ${row?.bookings} bookings`);
  } finally {
    await rivals.close();
  }
}
