import { deepStrictEqual } from 'node:assert';
import { performance } from 'node:perf_hooks';
import type { Timeslot } from '@restartix/contracts';
import type { Finding } from '../figure';
import type { Bench, BenchOptions } from '../harness';
import { askJson, need } from '../json-api';
import { untilQuiet } from '../machine';
import { BenchPlatform } from '../platform';
import { quantile, spreadOf } from '../statistics';

const SPECIALISTS = 200;
const DAYS = 60;
const SEARCHES = 40;
const STEP_MS = 30 * 60_000;
const ZONES = ['Europe/Bucharest', 'America/New_York'] as const;
const HOURS = { start: '09:00', end: '17:00' };
const WEEKDAYS = [1, 2, 3, 4, 5];

const FIGURE = {
  ...{ name: 'slot search, p99 ms', better: 'smaller' as const },
  ...{ floor: 200, goal: 50, stretch: 15 },
};

/** Figure 11. */
export const SLOTS: Bench = {
  name: 'slots',
  about: `free times of ${SPECIALISTS} specialists in two zones over ${DAYS} days and a change of time, and the same by looking at every half hour`,
  run: async (options) => {
    const platform = await BenchPlatform.start();
    try {
      return await measure(platform, options);
    } finally {
      await platform.stop();
    }
  },
};

async function measure({ facts }: BenchPlatform, options: BenchOptions): Promise<Finding[]> {
  const token = facts.organizations[0]?.tokens.org_admin ?? '';
  const type = await furnish(facts.coreApi, token);
  const from = Date.UTC(new Date().getUTCFullYear() + 1, 2, 1);
  const until = from + DAYS * 86_400_000;
  const [first, last] = [new Date(from).toISOString(), new Date(until).toISOString()];
  const path = `/v1/availability?appointment_type_id=${type}&from=${first}&until=${last}`;
  const rounds: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    await untilQuiet(options.patienceMs);
    const times: number[] = [];
    for (let search = 0; search < SEARCHES; search += 1) {
      const { status, milliseconds } = await askJson<Timeslot[]>(facts.coreApi, token, 'GET', path);
      if (status !== 200) throw new Error(`A search answered ${status}`);
      times.push(milliseconds);
    }
    rounds.push(quantile(times, 0.99));
    const before = performance.now();
    const naive = byLooking(from, until);
    const looked = performance.now() - before;
    const found = await need<Timeslot[]>(facts.coreApi, token, 'GET', path);
    deepStrictEqual(
      found.map(({ starts_at }) => starts_at),
      naive,
    );
    options.say(
      `  round ${round} of ${options.rounds}: p99 ${rounds.at(-1)?.toFixed(1)} ms, ${found.length} times; one specialist of each zone by looking at every half hour: ${looked.toFixed(0)} ms, and ${SPECIALISTS / 2} times that for all`,
    );
  }
  return [{ figure: FIGURE, spread: spreadOf(rounds) }];
}

/** Specialists in turn at a clinic of either zone, and a type they all serve. */
async function furnish(api: string, token: string): Promise<string> {
  const make = (method: string, path: string, body: object) =>
    need<{ id: string }>(api, token, method, path, body);
  const clinics: string[] = [];
  for (const timezone of ZONES)
    clinics.push((await make('POST', '/v1/clinics', { name: timezone, timezone })).id);
  const specialists: object[] = [];
  for (let number = 0; number < SPECIALISTS; number += 1) {
    const { id } = await make('POST', '/v1/specialists', {
      ...{ name: `Bench ${number}`, scheduling_timezone: ZONES[number % 2], scheduling_active: true },
    });
    const clinic_id = clinics[number % 2];
    const weekly_hours = WEEKDAYS.map((day_of_week) => ({ day_of_week, ...HOURS, clinic_id }));
    await make('PUT', `/v1/specialists/${id}/schedule`, { weekly_hours });
    specialists.push({ specialist_id: id, priority: number });
  }
  const type = await make('POST', '/v1/appointment-types', {
    ...{ title: 'Bench', duration_minutes: 30, horizon_days: 366, specialists },
  });
  return type.id;
}

/** Every half hour at which a clock of either zone shows working hours. */
function byLooking(from: number, until: number): string[] {
  const clocks = ZONES.map(
    (timeZone) =>
      new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' }),
  );
  const isOpen = (at: number) =>
    clocks.some((clock) => {
      const [, day = '', hour = ''] = /^(\w+),? (\d+)/.exec(clock.format(at)) ?? [];
      return !day.startsWith('S') && Number(hour) >= 9 && Number(hour) < 17;
    });
  const starts: string[] = [];
  for (let at = from; at < until; at += STEP_MS) if (isOpen(at)) starts.push(new Date(at).toISOString());
  return starts;
}
