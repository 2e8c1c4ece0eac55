import { isHoliday } from '../../platform/holidays';
import { intersect, merge, subtract, type Interval } from './intervals';
import { EVERY_HOUR, weekOf, weekOfBusiness, type BusinessHours } from './weekly-hours';
import { DAY, dateOf, MINUTE, ZoneClock } from './zone-clock';

/** What is booked: how long, with what around it, and how early or late. */
export interface BookableType {
  clinic_id: string | null;
  duration_minutes: number;
  step_minutes: number;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  minimum_notice_minutes: number;
  horizon_days: number;
}

export interface BookableClinic {
  id: string;
  timezone: string;
  business_hours: BusinessHours;
  holiday_calendar: string | null;
}

export interface BookableSpecialist {
  id: string;
  timezone: string;
}

/** Everything that decides which times are free. Specialists come in the order in which they are chosen. */
export interface SchedulingInputs {
  type: BookableType;
  clinics: readonly BookableClinic[];
  specialists: readonly BookableSpecialist[];
  /** Weekly hours: specialist, clinic, ISO weekday 1–7, start and end minute (at or before the start: next day). */
  hours: readonly (readonly [string, string | null, number, number, number])[];
  /** Dated exceptions: specialist, clinic, whether available, from, until. */
  overrides: readonly (readonly [string, string | null, boolean, number, number])[];
  /** What is taken, buffers included: specialist, from, until. */
  busy: readonly (readonly [string, number, number])[];
}

/** A time that can be booked. */
export interface Slot {
  startsAt: number;
  endsAt: number;
  specialistId: string;
  clinicId: string | null;
}

interface Question {
  inputs: SchedulingInputs;
  /** Starts that are asked for, already cut to notice and horizon. */
  range: Interval;
  /** Wide enough for hours, buffers and local days around the range. */
  around: Interval;
  open: (clinic: BookableClinic) => readonly Interval[];
  changes: (zone: string) => readonly number[];
  /** Grids by the hours they are made of: few keep hours of their own, and these are laid out once. */
  grids: Map<string, Grid>;
}

/** Starts at a place, in order, for all who keep the same hours there. */
interface Grid {
  clinicId: string | null;
  starts: readonly number[];
  /** Those for which nobody was free yet. */
  left: readonly number[];
}

/**
 * The free times of a type in a range of starts, in order; of each start the specialists who could, first choice first
 * unless `everyone` is asked for. Pure, and exact by the clocks on the walls: see ZoneClock.
 */
export function freeSlots(inputs: SchedulingInputs, asked: Interval, now: number, everyone = false): Slot[] {
  const { type } = inputs;
  const range: Interval = [
    Math.max(asked[0], now + type.minimum_notice_minutes * MINUTE),
    Math.min(asked[1], now + type.horizon_days * DAY),
  ];
  if (range[0] >= range[1]) return [];
  const around: Interval = [range[0] - 2 * DAY, range[1] + 2 * DAY];
  const question: Question = {
    ...{ inputs, range, around, grids: new Map() },
    open: remember((clinic: BookableClinic) => openHours(clinic, around)),
    changes: remember((zone: string) => ZoneClock.of(zone).dateChanges(around)),
  };
  const [hours, overrides, busy] = [
    bySpecialist(inputs.hours),
    bySpecialist(inputs.overrides),
    bySpecialist(inputs.busy),
  ];
  const taken = new Set<number>();
  const slots: Slot[] = [];
  for (const specialist of inputs.specialists) {
    const { id } = specialist;
    if (everyone) taken.clear();
    const own = { hours: hours(id), overrides: overrides(id) };
    const blocked = blockedStarts(busy(id), type);
    for (const grid of gridsOf(specialist, own, question)) {
      const isFree = walkPast(blocked);
      const left: number[] = [];
      for (const startsAt of everyone ? grid.starts : grid.left) {
        if (taken.has(startsAt)) continue;
        if (!isFree(startsAt)) {
          left.push(startsAt);
          continue;
        }
        taken.add(startsAt);
        const endsAt = startsAt + type.duration_minutes * MINUTE;
        slots.push({ startsAt, endsAt, specialistId: id, clinicId: grid.clinicId });
      }
      grid.left = left;
    }
  }
  return slots.sort((a, b) => a.startsAt - b.startsAt);
}

interface Own {
  hours: readonly SchedulingInputs['hours'][number][];
  overrides: readonly SchedulingInputs['overrides'][number][];
}

/** Starts strictly between these would overlap what is taken; on the very edge they just touch it. */
function blockedStarts(busy: readonly SchedulingInputs['busy'][number][], type: BookableType): Interval[] {
  const before = (type.duration_minutes + type.buffer_after_minutes) * MINUTE;
  const after = type.buffer_before_minutes * MINUTE;
  return merge(
    busy.map(([, from, until]): Interval => [from - before, until + after]),
    false,
  );
}

/** The grid of each place somebody works at. */
function gridsOf(specialist: BookableSpecialist, own: Own, question: Question): Grid[] {
  const { type, clinics } = question.inputs;
  return placesOf(own, type.clinic_id).flatMap((place) => {
    const clinicId = place ?? type.clinic_id;
    const clinic = clinics.find(({ id }) => id === clinicId);
    if (clinicId !== null && !clinic) return [];
    const key = keyOf(specialist, own, place);
    let grid = question.grids.get(key);
    if (!grid) {
      const windows = windowsAt(specialist, own, place, clinic, question);
      const starts = startsIn(windows, question.changes(clinic?.timezone ?? specialist.timezone), question);
      question.grids.set(key, (grid = { clinicId, starts, left: starts }));
    }
    return [grid];
  });
}

/** The same for all whose hours and exceptions are the same at a place. */
function keyOf({ timezone }: BookableSpecialist, { hours, overrides }: Own, place: string | null): string {
  const weekly = hours.filter(([, at]) => at === place).map(([, , ...rule]) => rule.join());
  const exceptions = overrides.map(([, ...exception]) => exception.join());
  return [place, timezone, ...weekly.sort(), '/', ...exceptions.sort()].join(' ');
}

/** The places somebody works at that suit the type; null stands for hours that name none. */
function placesOf({ hours, overrides }: Own, wanted: string | null): (string | null)[] {
  const places = new Set([...hours.map(([, clinic]) => clinic), ...overrides.map(([, clinic]) => clinic)]);
  return [...places].filter((place) => wanted === null || place === null || place === wanted);
}

/** When somebody sees patients at a place: weekly hours, except on days that have exceptions; these stand instead. */
function windowsAt(
  specialist: BookableSpecialist,
  { hours, overrides }: Own,
  place: string | null,
  clinic: BookableClinic | undefined,
  { around, open }: Question,
): Interval[] {
  const clock = ZoneClock.of(place === null || !clinic ? specialist.timezone : clinic.timezone);
  const excepted = new Set(overrides.flatMap(([, , , from, until]) => clock.daysIn([from, until])));
  const week = weekOf(
    hours.filter(([, at]) => at === place).map(([, , day, start, end]) => ({ weekday: day - 1, start, end })),
  );
  const weekly = clock.within(week, around, (day) => excepted.has(day));
  const usual = clinic ? intersect(weekly, open(clinic)) : weekly;
  const exceptions = (available: boolean) =>
    overrides
      .filter(([, at, is]) => is === available && (!available || at === place))
      .map(([, , , from, until]): Interval => [from, until]);
  return subtract(merge([...usual, ...exceptions(true)]), merge(exceptions(false)));
}

/** When a clinic's doors are open: its business hours, without public holidays. */
function openHours(
  { timezone, business_hours, holiday_calendar }: BookableClinic,
  around: Interval,
): Interval[] {
  const week =
    holiday_calendar || Object.keys(business_hours).length ? weekOfBusiness(business_hours) : EVERY_HOUR;
  const isClosed = (day: number) => holiday_calendar !== null && isHoliday(holiday_calendar, dateOf(day));
  return ZoneClock.of(timezone).within(week, around, isClosed);
}

/** Starts in windows: each local day has a grid of its own, which begins when its hours begin. */
function startsIn(
  windows: readonly Interval[],
  dateChanges: readonly number[],
  { inputs, range }: Question,
): number[] {
  const [duration, step] = [inputs.type.duration_minutes * MINUTE, inputs.type.step_minutes * MINUTE];
  const starts: number[] = [];
  for (const [anchor, end] of daysOf(windows, dateChanges, duration, range)) {
    const first = anchor >= range[0] ? anchor : anchor + Math.ceil((range[0] - anchor) / step) * step;
    for (let at = first; at < end; at += step) starts.push(at);
  }
  return starts;
}

/** Where each day's grid begins in a window, and the first moment at which no visit of it may begin any more. */
function* daysOf(
  windows: readonly Interval[],
  dateChanges: readonly number[],
  duration: number,
  range: Interval,
): Generator<Interval> {
  let change = 0;
  for (const [from, until] of windows) {
    if (until <= range[0] || from >= range[1]) continue;
    while ((dateChanges[change] ?? Infinity) <= from) change += 1;
    for (let anchor = from; anchor < until;) {
      const next = dateChanges[change] ?? Infinity;
      yield [anchor, Math.min(next, until - duration + 1, range[1])];
      if (next < until) change += 1;
      anchor = next;
    }
  }
}

/** Whether a start is not strictly inside of any interval; asked with ever later starts. */
function walkPast(busy: readonly Interval[]): (at: number) => boolean {
  let place = 0;
  return (at) => {
    while (place < busy.length && (busy[place] as Interval)[1] <= at) place += 1;
    const blocked = busy[place];
    return !blocked || blocked[0] >= at;
  };
}

function bySpecialist<T extends readonly [string, ...unknown[]]>(
  rows: readonly T[],
): (id: string) => readonly T[] {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const own = map.get(row[0]);
    if (own) own.push(row);
    else map.set(row[0], [row]);
  }
  return (id) => map.get(id) ?? [];
}

function remember<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as V;
  };
}
