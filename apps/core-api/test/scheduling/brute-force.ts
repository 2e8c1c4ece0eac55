import { isHoliday } from '../../src/platform/holidays';
import type { BookableClinic, SchedulingInputs } from '../../src/care/scheduling/slot-engine';
import { minutesOf, WEEKDAYS } from '../../src/care/scheduling/weekly-hours';

/** What a clock on a wall shows: read from ICU, minute by minute; nothing here is shared with the engine. */
interface Shown {
  date: string;
  weekday: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function wallClock(zone: string, at: number): Shown {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit' },
    });
    formats.set(zone, format);
  }
  const [, month, day, year, hour, minute] = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+)$/.exec(format.format(at))!;
  const date = `${year!.padStart(4, '0')}-${month}-${day}`;
  const weekday = (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;
  return { date, weekday, minute: Number(hour) * 60 + Number(minute) };
}

/** Whether hours of weekdays hold a shown time; those that pass midnight reach into the next day. */
export function holds(
  hours: readonly { weekday: number; start: number; end: number }[],
  { weekday, minute }: Shown,
): boolean {
  return hours.some(({ weekday: day, start, end }) => {
    if (end > start) return weekday === day && start <= minute && minute < end;
    return (weekday === day && minute >= start) || (weekday === (day + 1) % 7 && minute < end);
  });
}

function isOpen(clinic: BookableClinic, at: number): boolean {
  const shown = wallClock(clinic.timezone, at);
  if (clinic.holiday_calendar && isHoliday(clinic.holiday_calendar, shown.date)) return false;
  const hours = WEEKDAYS.flatMap((name, weekday) => {
    const day = clinic.business_hours[name];
    return day ? [{ weekday, start: minutesOf(day.start)!, end: minutesOf(day.end)! }] : [];
  });
  return hours.length === 0 || holds(hours, shown);
}

const GRAIN = 15 * 60_000;

/** The calendar of one specialist at one place, looked at moment by moment. */
class Calendar {
  private readonly known = new Map<number, boolean>();
  private readonly clinic: BookableClinic | undefined;
  private readonly timezone: string;
  private readonly own: SchedulingInputs['overrides'][number][];
  private readonly excepted = new Map<string, Set<string>>();

  constructor(
    private readonly inputs: SchedulingInputs,
    private readonly specialist: string,
    private readonly place: string | null,
  ) {
    this.timezone = inputs.specialists.find(({ id }) => id === specialist)!.timezone;
    this.clinic = inputs.clinics.find(({ id }) => id === this.clinicId);
    this.own = inputs.overrides.filter(([id]) => id === specialist);
  }

  get clinicId(): string | null {
    return this.place ?? this.inputs.type.clinic_id;
  }

  dateAt(at: number): string {
    return wallClock(this.clinic?.timezone ?? this.timezone, at).date;
  }

  /** Whether patients are seen at a moment. */
  works(at: number): boolean {
    let known = this.known.get(at);
    if (known === undefined) this.known.set(at, (known = this.look(at)));
    return known;
  }

  /** Starts of a day follow one another from the first moment of its hours. */
  isGridStart(at: number): boolean {
    let anchor = at;
    while (this.works(anchor - GRAIN) && this.dateAt(anchor - GRAIN) === this.dateAt(at)) anchor -= GRAIN;
    return (at - anchor) % (this.inputs.type.step_minutes * 60_000) === 0;
  }

  /** Whether a whole visit fits, with its buffers, beside what is taken. */
  fits(at: number): boolean {
    const { duration_minutes, buffer_before_minutes, buffer_after_minutes } = this.inputs.type;
    const end = at + duration_minutes * 60_000;
    for (let during = at; during < end; during += GRAIN) if (!this.works(during)) return false;
    const [from, until] = [at - buffer_before_minutes * 60_000, end + buffer_after_minutes * 60_000];
    return !this.inputs.busy.some(([who, a, b]) => who === this.specialist && a < until && from < b);
  }

  private look(at: number): boolean {
    const during = this.own.filter(([, , , from, until]) => from <= at && at < until);
    if (during.some(([, , available]) => !available)) return false;
    if (during.some(([, where]) => where === this.place)) return true;
    const zone = this.place === null || !this.clinic ? this.timezone : this.clinic.timezone;
    const shown = wallClock(zone, at);
    if (this.exceptedDays(zone).has(shown.date)) return false;
    const hours = this.inputs.hours
      .filter(([id, where]) => id === this.specialist && where === this.place)
      .map(([, , day, start, end]) => ({ weekday: day - 1, start, end }));
    return holds(hours, shown) && (!this.clinic || isOpen(this.clinic, at));
  }

  private exceptedDays(zone: string): Set<string> {
    let days = this.excepted.get(zone);
    if (!days) {
      days = new Set();
      for (const [, , , from, until] of this.own) {
        for (let moment = from; moment < until; moment += GRAIN) days.add(wallClock(zone, moment).date);
        days.add(wallClock(zone, until - 1).date);
      }
      this.excepted.set(zone, days);
    }
    return days;
  }
}

/** The places of a specialist that suit the type and exist. */
function calendarsOf(inputs: SchedulingInputs, specialist: string): Calendar[] {
  const own = [...inputs.hours, ...inputs.overrides].filter(([id]) => id === specialist);
  const wanted = inputs.type.clinic_id;
  return [...new Set(own.map(([, place]) => place))]
    .filter((place) => wanted === null || place === null || place === wanted)
    .map((place) => new Calendar(inputs, specialist, place))
    .filter(({ clinicId }) => clinicId === null || inputs.clinics.some(({ id }) => id === clinicId));
}

/**
 * The free times as a person with a calendar and much time would find them: every quarter of an hour is looked at, and
 * of every visit every quarter. For inputs that are whole quarters.
 */
export function bruteForceSlots(
  inputs: SchedulingInputs,
  [from, until]: readonly [number, number],
  now: number,
): string[] {
  const { minimum_notice_minutes: notice, horizon_days: horizon } = inputs.type;
  const earliest = Math.max(from, now + notice * 60_000);
  const latest = Math.min(until, now + horizon * 86_400_000);
  const found: string[] = [];
  for (const { id } of inputs.specialists)
    for (const calendar of calendarsOf(inputs, id))
      for (let at = Math.ceil(earliest / GRAIN) * GRAIN; at < latest; at += GRAIN)
        if (calendar.fits(at) && calendar.isGridStart(at))
          found.push(`${new Date(at).toISOString()} ${id} ${calendar.clinicId}`);
  return found.sort();
}
