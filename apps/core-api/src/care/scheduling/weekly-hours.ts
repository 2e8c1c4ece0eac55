import type { MinuteRange, Week } from './zone-clock';

const MIDNIGHT = 1440;

/** Hours of one weekday (0 is Monday), in minutes after local midnight. */
export interface WeekdayHours {
  weekday: number;
  start: number;
  /** At or before the start: on the next day. */
  end: number;
}

/** The week of some hours; those that pass midnight are split there. */
export function weekOf(hours: readonly WeekdayHours[]): Week {
  const days: MinuteRange[][] = Array.from({ length: 7 }, () => []);
  for (const { weekday, start, end } of hours) {
    const [day, next] = [days[weekday] as MinuteRange[], days[(weekday + 1) % 7] as MinuteRange[]];
    if (end > start) day.push([start, end]);
    else {
      day.push([start, MIDNIGHT]);
      if (end > 0) next.push([0, end]);
    }
  }
  return days.map(together);
}

function together(ranges: readonly MinuteRange[]): MinuteRange[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** All day, every day. */
export const EVERY_HOUR: Week = Array.from({ length: 7 }, () => [[0, MIDNIGHT]] as const);

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/;

/** Minutes after midnight of "09:30"; "24:00" is the end of the day. Undefined for anything else. */
export function minutesOf(text: string): number | undefined {
  if (!CLOCK.test(text)) return undefined;
  const [hours, minutes] = text.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}

/** The other way round. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type BusinessHours = Partial<Record<Weekday, { start: string; end: string }>>;

/** The week of a clinic's business hours; one that says nothing never closes. */
export function weekOfBusiness(hours: BusinessHours): Week {
  const given = WEEKDAYS.flatMap((name, weekday) => {
    const day = hours[name];
    if (!day) return [];
    return [{ weekday, start: minutesOf(day.start) ?? 0, end: minutesOf(day.end) ?? 0 }];
  });
  return given.length === 0 ? EVERY_HOUR : weekOf(given);
}
