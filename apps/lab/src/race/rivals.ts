import { randomUUID } from 'node:crypto';
import type { Hold, MemberRole, Timeslot } from '@restartix/contracts';
import { askJson, need, type Answer } from '../bench/json-api';

/** Where rivals race, and for whom. */
export interface RaceCourse {
  coreApi: string;
  tokens: Record<MemberRole, string>;
  /** Patients whom the desk books. */
  patients: readonly string[];
  appointmentType: string;
  specialist: string;
}

/** What became of one rival: the answer to the request that decided. */
export interface Outcome {
  way: 'desk' | 'patient' | 'stranger';
  status: number;
  /** How many free times a loser was told of. */
  alternatives: number;
}

const WAYS = ['desk', 'patient', 'stranger', 'desk'] as const;

/** Desk, patient and strangers who want the same times of one specialist. */
export class Rivals {
  /** Milliseconds of every request. */
  readonly times: number[] = [];

  constructor(private readonly course: RaceCourse) {}

  /** Free times of the specialist from three days ahead on. Throws when there are fewer. */
  async freeTimes(count: number): Promise<Timeslot[]> {
    const { coreApi, tokens, appointmentType, specialist } = this.course;
    const [from, until] = [3, 94].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const query = `appointment_type_id=${appointmentType}&specialist_id=${specialist}&from=${from}&until=${until}`;
    const path = `/v1/availability?${query}`;
    const free = await need<Timeslot[]>(coreApi, tokens.assistant, 'GET', path);
    if (free.length < count) throw new Error(`There are only ${free.length} free times`);
    return free.slice(0, count);
  }

  /** So many rivals for a time, all at once. */
  race(slot: Timeslot, rivals: number): Promise<Outcome[]> {
    return Promise.all(Array.from({ length: rivals }, (_, rival) => this.attempt(slot, rival)));
  }

  /** One rival; every fourth is a patient, every fourth a stranger, the others are the desk. */
  async attempt({ starts_at }: Timeslot, rival: number): Promise<Outcome> {
    const { appointmentType, specialist, tokens, patients } = this.course;
    const wish = { appointment_type_id: appointmentType, specialist_id: specialist, starts_at };
    const way = WAYS[rival % 4] as Outcome['way'];
    if (way === 'stranger') return { way, ...(await this.attemptAsStranger(wish)) };
    if (way === 'patient')
      return { way, ...judged(await this.ask(tokens.patient, '/v1/appointments', wish)) };
    const patient_id = patients[rival % patients.length];
    return { way, ...judged(await this.ask(tokens.assistant, '/v1/appointments', { ...wish, patient_id })) };
  }

  private async attemptAsStranger(wish: object): Promise<Omit<Outcome, 'way'>> {
    const client_id = randomUUID();
    const held = await this.ask<Hold>(null, '/v1/holds', { ...wish, client_id });
    if (held.status !== 201) return judged(held);
    const contact = { name: 'Some Body', email: 'some.body@stranger.example' };
    const path = `/v1/appointment-types/${this.course.appointmentType}/book`;
    return judged(await this.ask(null, path, { hold_id: held.data.id, client_id, contact }));
  }

  private async ask<T>(token: string | null, path: string, body: object): Promise<Answer<T>> {
    const answer = await askJson<T>(this.course.coreApi, token, 'POST', path, body);
    this.times.push(answer.milliseconds);
    return answer;
  }
}

const judged = ({ status, alternatives }: Answer<unknown>): Omit<Outcome, 'way'> => ({
  status,
  alternatives: alternatives?.length ?? 0,
});

/** What is wrong with the outcomes of one time: one winner, no failure, and losers who know what is free. */
export function faultsOf(outcomes: readonly Outcome[]): string[] {
  const winners = outcomes.filter(({ status }) => status === 201).length;
  const faults = winners === 1 ? [] : [`${winners} winners`];
  for (const { way, status, alternatives } of outcomes) {
    if (status !== 201 && status !== 409) faults.push(`${way}: ${status}`);
    if (status === 409 && alternatives === 0) faults.push(`${way}: 409 without alternatives`);
  }
  return faults;
}
