import type { Spread } from './statistics';

/** A figure to reach: the floor is a gate, the goal is the target, stretch is near the limit. */
export interface Figure {
  name: string;
  /** Whether a larger or a smaller value is the better one. */
  better: 'larger' | 'smaller';
  floor: number;
  goal: number;
  stretch: number;
}

/** The best mark a value reaches, or that it misses the floor. */
export type Mark = 'stretch' | 'goal' | 'floor' | 'BELOW THE FLOOR';

/** What a bench found for a figure. A fault makes the figure void, however good it is. */
export interface Finding {
  figure: Figure;
  spread: Spread;
}

/** Judged by the median. A value that is no number reaches nothing. */
export function markOf({ better, floor, goal, stretch }: Figure, { median }: Spread): Mark {
  const reaches = (mark: number) => (better === 'larger' ? median >= mark : median <= mark);
  if (reaches(stretch)) return 'stretch';
  if (reaches(goal)) return 'goal';
  return reaches(floor) ? 'floor' : 'BELOW THE FLOOR';
}

/** One line: value with its spread, the marks, and the one reached. */
export function lineOf({ figure, spread }: Finding): string {
  const { name, floor, goal, stretch } = figure;
  const value = `${short(spread.median)}  (min ${short(spread.min)}, max ${short(spread.max)})`;
  const marks = `floor ${floor}, goal ${goal}, stretch ${stretch}`;
  return `${name.padEnd(34)} ${value.padEnd(34)} ${marks.padEnd(36)} ${markOf(figure, spread)}`;
}

/** Three digits that matter. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
