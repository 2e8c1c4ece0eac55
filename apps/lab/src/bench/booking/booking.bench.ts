import { randomUUID } from 'node:crypto';
import type { AppointmentType, Hold, Timeslot } from '@restartix/contracts';
import { Database } from '@restartix/database';
import type { Finding } from '../figure';
import type { Bench, BenchOptions } from '../harness';
import { askJson, need, type Answer } from '../json-api';
import type { LabFile } from '../../state/lab-file';
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

/** One round: the times are taken by it. The 64 rivals of a time ask at once. */
async function race({ facts, main }: BenchPlatform, options: BenchOptions): Promise<Finding> {
  const rivals = await Rivals.of(facts);
  for (const slot of rivals.slots) assertOneWinner(slot, await rivals.race(slot));
  const [stored] = await main.query<{ n: number; distinct: number }>(
    `select count(*)::int as n, count(distinct starts_at)::int as "distinct" from appointments
      where specialist_id = $1 and status not in ('cancelled', 'noshow') and starts_at = any($2)`,
    [rivals.specialist, rivals.slots.map(({ starts_at }) => starts_at)],
  );
  if (stored?.n !== SLOTS || stored.distinct !== SLOTS)
    throw new Error(`The database holds ${JSON.stringify(stored)}`);
  options.say(`  ${SLOTS} times, ${SLOTS} winners, ${rivals.times.length} requests, no failure`);
  return { figure: FIGURE, spread: spreadOf([quantile(rivals.times, 0.99)]) };
}

function assertOneWinner({ starts_at }: Timeslot, statuses: readonly number[]): void {
  const winners = statuses.filter((status) => status === 201).length;
  const others = statuses.filter((status) => status !== 201 && status !== 409);
  if (winners !== 1 || others.length > 0)
    throw new Error(`${starts_at}: ${winners} winners, ${others.join()}`);
}

/** Desk, patient and strangers who want the same times of one specialist. */
class Rivals {
  /** Milliseconds of every request. */
  readonly times: number[] = [];

  private constructor(
    private readonly api: string,
    private readonly clinic: LabFile['organizations'][number],
    private readonly type: string,
    readonly specialist: string,
    readonly slots: Timeslot[],
  ) {}

  static async of({ coreApi, organizations }: LabFile): Promise<Rivals> {
    const [clinic] = organizations as [LabFile['organizations'][number]];
    const token = clinic.tokens.assistant;
    const [type] = await need<[AppointmentType]>(coreApi, token, 'GET', '/v1/appointment-types');
    const [first] = type.specialists as [{ specialist_id: string }];
    const slots = await freeTimes(coreApi, token, type.id, first.specialist_id);
    return new Rivals(coreApi, clinic, type.id, first.specialist_id, slots);
  }

  race(slot: Timeslot): Promise<number[]> {
    return Promise.all(Array.from({ length: RIVALS }, (_, number) => this.attempt(slot, number)));
  }

  private async attempt(slot: Timeslot, number: number): Promise<number> {
    const wish = {
      ...{ appointment_type_id: this.type, starts_at: slot.starts_at, specialist_id: this.specialist },
    };
    const { patients, tokens } = this.clinic;
    if (number % 4 === 0) return (await this.ask(tokens.patient, '/v1/appointments', wish)).status;
    if (number % 4 === 1) return this.attemptAsStranger(wish);
    const patient_id = patients[number % patients.length];
    return (await this.ask(tokens.assistant, '/v1/appointments', { ...wish, patient_id })).status;
  }

  private async attemptAsStranger(wish: object): Promise<number> {
    const client_id = randomUUID();
    const held = await this.ask<Hold>(null, '/v1/holds', { ...wish, client_id });
    if (held.status !== 201) return held.status;
    const contact = { name: 'Bench', email: 'bench@stranger.example' };
    const body = { hold_id: held.data.id, client_id, contact };
    return (await this.ask(null, `/v1/appointment-types/${this.type}/book`, body)).status;
  }

  private async ask<T>(token: string | null, path: string, body: object): Promise<Answer<T>> {
    const answer = await askJson<T>(this.api, token, 'POST', path, body);
    this.times.push(answer.milliseconds);
    return answer;
  }
}

async function freeTimes(api: string, token: string, type: string, specialist: string): Promise<Timeslot[]> {
  const from = Date.now() + 2 * 86_400_000;
  const range = `from=${new Date(from).toISOString()}&until=${new Date(from + 60 * 86_400_000).toISOString()}`;
  const path = `/v1/availability?appointment_type_id=${type}&specialist_id=${specialist}&${range}`;
  const slots = await need<Timeslot[]>(api, token, 'GET', path);
  if (slots.length < SLOTS) throw new Error(`There are only ${slots.length} free times`);
  return slots.slice(0, SLOTS);
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
