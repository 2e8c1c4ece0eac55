import { IANAZone } from 'luxon';
import type { Interval } from './intervals';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Minutes after local midnight, from 0 to 1440. */
export type MinuteRange = readonly [start: number, end: number];

/** Ranges of each weekday, Monday first; in order and without overlaps. */
export type Week = readonly (readonly MinuteRange[])[];

/** A stretch in which a zone's clock goes evenly: local time is UTC + offset. */
interface Segment {
  from: number;
  until: number;
  offset: number;
}

const FAR_PAST = -8.64e15;
const FAR_FUTURE = 8.64e15;

/** Days are numbered from 1970-01-01 by the local calendar. */
const dayAt = (local: number): number => Math.floor(local / DAY);

/** 0 for Monday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The day as YYYY-MM-DD. */
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/**
 * The clock on the wall of a place. What is asked of it is answered in moments: a moment is within an hour when this
 * clock shows it, so an hour that a change of time leaves out has none, and one that it repeats is there twice.
 */
export class ZoneClock {
  private static readonly clocks = new Map<string, ZoneClock>();
  /** In order, without a gap; grown on demand, a year more than was asked for. */
  private segments: Segment[] = [];

  private constructor(readonly zone: string) {}

  /** The clock of an IANA zone; throws RangeError for an unknown one. */
  static of(zone: string): ZoneClock {
    let clock = this.clocks.get(zone);
    if (!clock) {
      clock = new ZoneClock(zone);
      clock.cover(Date.now() - 400 * DAY, Date.now() + 800 * DAY);
      this.clocks.set(zone, clock);
    }
    return clock;
  }

  /** Moments of a range at which the clock shows a time of the week's ranges, on days that are not left out. */
  within(week: Week, [from, until]: Interval, isLeftOut: (day: number) => boolean = () => false): Interval[] {
    const found: [number, number][] = [];
    for (const segment of this.between(from, until)) {
      const start = Math.max(from, segment.from);
      const end = Math.min(until, segment.until);
      const last = dayAt(end - 1 + segment.offset);
      for (let day = dayAt(start + segment.offset); day <= last; day += 1) {
        const ranges = week[weekdayOf(day)] as readonly MinuteRange[];
        if (ranges.length === 0 || isLeftOut(day)) continue;
        const midnight = day * DAY - segment.offset;
        for (const [first, end_] of ranges) {
          const a = Math.max(start, midnight + first * MINUTE);
          const b = Math.min(end, midnight + end_ * MINUTE);
          if (a >= b) continue;
          const before = found.at(-1);
          if (before && before[1] === a) before[1] = b;
          else found.push([a, b]);
        }
      }
    }
    return found;
  }

  /** Local days that moments of a range belong to. */
  daysIn([from, until]: Interval): number[] {
    const days = new Set<number>();
    for (const { from: start, until: end, offset } of this.between(from, until)) {
      const last = dayAt(Math.min(until, end) - 1 + offset);
      for (let day = dayAt(Math.max(from, start) + offset); day <= last; day += 1) days.add(day);
    }
    return [...days];
  }

  /** Moments of a range at which the local date changes, in order. */
  dateChanges([from, until]: Interval): number[] {
    const changes: number[] = [];
    let before: number | undefined;
    for (const segment of this.between(from, until)) {
      const start = Math.max(from, segment.from);
      const end = Math.min(until, segment.until);
      const first = dayAt(start + segment.offset);
      if (before !== undefined && before !== first) changes.push(start);
      before = dayAt(end - 1 + segment.offset);
      for (let day = first + 1; day <= before; day += 1) changes.push(day * DAY - segment.offset);
    }
    return changes;
  }

  /** Moments of a range at which the clock is put forward or back. */
  changes([from, until]: Interval): number[] {
    return this.between(from, until)
      .map((segment) => segment.from)
      .filter((moment) => moment > from);
  }

  private between(from: number, until: number): Segment[] {
    this.cover(from, until);
    return this.segments.filter((segment) => segment.from < until && segment.until > from);
  }

  private cover(from: number, until: number): void {
    const known = this.segments;
    if (known[0] && known[0].from <= from && (known.at(-1) as Segment).until >= until) return;
    const start = Math.min(from, known[0]?.from ?? from) - 366 * DAY;
    const end = Math.max(until, known.at(-1)?.until ?? until) + 366 * DAY;
    const second = (moment: number) => Math.floor(moment / 1000) * 1000;
    this.segments = segmentsOf(
      this.zone,
      second(Math.max(start, FAR_PAST)),
      second(Math.min(end, FAR_FUTURE)),
    );
  }
}

/** No zone has changed its clock twice within so short a time. */
const STRIDE = 3 * DAY;

function segmentsOf(name: string, from: number, until: number): Segment[] {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new RangeError(`${name} is no time zone`);
  const offsetAt = (moment: number) => zone.offset(moment) * MINUTE;
  const segments: Segment[] = [{ from, until, offset: offsetAt(from) }];
  for (let at = from; at < until; at += STRIDE) {
    const next = Math.min(at + STRIDE, until);
    const last = segments.at(-1) as Segment;
    if (offsetAt(next) === last.offset) continue;
    const change = firstOther(offsetAt, at, next, last.offset);
    last.until = change;
    segments.push({ from: change, until, offset: offsetAt(change) });
  }
  return segments;
}

/** The first moment, to the second, that has not this offset. */
function firstOther(
  offsetAt: (moment: number) => number,
  from: number,
  until: number,
  offset: number,
): number {
  let [before, after] = [from, until];
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (middle <= before) break;
    if (offsetAt(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}
