import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hold, Timeslot } from '@restartix/contracts';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import { startPlatform, type Platform, type ProvisionedOrganization } from '@restartix/testing';
import { caller, type Caller } from './api';

const SLOTS = 12;
const RIVALS = 12;

/** What became of one rival: the status of the request that decided. */
interface Outcome {
  status: number;
  way: 'staff' | 'patient' | 'stranger';
  alternatives?: unknown[];
}

describe('many rivals for few times, by every way there is', () => {
  const dir = mkdtempSync(join(tmpdir(), 'booking-race-'));
  let redis: Running;
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let slots: Timeslot[];

  beforeAll(async () => {
    const cache = join(workspaceRoot(), '.lab/cache');
    redis = await startRedis({ dir, name: 'redis', password: 'p', cache, durable: false });
    platform = await startPlatform({ patients: 10, environment: { coreApi: { REDIS_URL: redis.url } } });
    clinic = platform.organizations[0]!;
    const from = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const until = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const query = `appointment_type_id=${clinic.appointmentType}&from=${from}&until=${until}`;
    const mine = `${query}&specialist_id=${clinic.specialists[0]}`;
    slots = (await caller(platform, clinic.tokens.patient).get(`/v1/availability?${mine}`).expect(200)).body
      .data;
    expect(slots.length).toBeGreaterThan(2 * SLOTS);
  }, 120_000);

  afterAll(async () => {
    await platform?.stop();
    await redis?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const wish = (slot: Timeslot) => ({
    ...{ appointment_type_id: clinic.appointmentType, starts_at: slot.starts_at },
    specialist_id: clinic.specialists[0],
  });

  async function attempt(slot: Timeslot, rival: number): Promise<Outcome> {
    const way = (['staff', 'patient', 'stranger', 'staff'] as const)[rival % 4]!;
    if (way === 'stranger') return { way, ...(await bookAsStranger(caller(platform), slot)) };
    const [who, more] =
      way === 'staff'
        ? [caller(platform, clinic.tokens.assistant), { patient_id: clinic.patients[rival % 10] }]
        : [caller(platform, clinic.tokens.patient), {}];
    const { status, body } = await who.post('/v1/appointments', { ...wish(slot), ...more });
    return { way, status, alternatives: body.alternatives };
  }

  async function bookAsStranger(nobody: Caller, slot: Timeslot): Promise<Omit<Outcome, 'way'>> {
    const client_id = randomUUID();
    const held = await nobody.post('/v1/holds', { ...wish(slot), client_id });
    if (held.status !== 201) return { status: held.status, alternatives: held.body.alternatives };
    const { status, body } = await nobody.post(`/v1/appointment-types/${clinic.appointmentType}/book`, {
      ...{ hold_id: (held.body.data as Hold).id, client_id },
      contact: { name: 'Some Body', email: 'some.body@stranger.example' },
    });
    return { status, alternatives: body.alternatives };
  }

  /** How often each time is taken, by what the database holds. */
  async function taken(): Promise<Map<string, number>> {
    const owner = await platform.superuser('main');
    const rows = await owner.query<{ at: Date; n: number }>(
      `select starts_at as at, count(*)::int as n from appointments
        where specialist_id = $1 and status not in ('cancelled', 'noshow') group by starts_at`,
      [clinic.specialists[0]],
    );
    await owner.close();
    return new Map(rows.map(({ at, n }) => [at.toISOString(), n]));
  }

  /** All rivals of all times at once. */
  const race = (times: Timeslot[]) =>
    Promise.all(
      times.map((slot) => Promise.all(Array.from({ length: RIVALS }, (_, rival) => attempt(slot, rival)))),
    );

  it('leave exactly one winner of each, no failure, and the others with times that are free', async () => {
    const outcomes = await race(slots.slice(0, SLOTS));
    for (const rivals of outcomes) {
      expect(rivals.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const { status, alternatives } of rivals.filter(({ status }) => status !== 201))
        expect([status, (alternatives ?? []).length > 0]).toEqual([409, true]);
    }
    const held = await taken();
    for (const { starts_at } of slots.slice(0, SLOTS)) expect(held.get(starts_at)).toBe(1);
  }, 120_000);

  it('leave never two, and exactly one, while Redis is killed among them: staff is among the rivals', async () => {
    const times = slots.slice(SLOTS, 2 * SLOTS);
    const racing = race(times);
    setTimeout(() => redis.kill('SIGKILL'), 50);
    const outcomes = await racing;
    for (const rivals of outcomes) {
      expect(rivals.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const { way, status } of rivals) {
        if (way === 'stranger') expect([201, 409, 503]).toContain(status);
        else expect([201, 409]).toContain(status);
      }
    }
    const held = await taken();
    for (const { starts_at } of times) expect(held.get(starts_at)).toBe(1);
    const closed = await caller(platform).post('/v1/holds', {
      ...wish(slots.at(-1)!),
      client_id: randomUUID(),
    });
    expect(closed.status).toBe(503);
    const open = await attempt(slots.at(-1)!, 0);
    expect(open.status).toBe(201); // the desk goes on
  }, 120_000);
});
