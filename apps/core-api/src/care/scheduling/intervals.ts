/** A stretch of time: from the first moment that belongs to it, to the first that does not; milliseconds since 1970. */
export type Interval = readonly [from: number, until: number];

/** The same moments as a list in order, without overlaps; what touches becomes one, unless it is to stay apart. */
export function merge(intervals: readonly Interval[], joinsTouching = true): Interval[] {
  const sorted = intervals.filter(([from, until]) => from < until).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, until] of sorted) {
    const last = merged.at(-1);
    if (last && (from < last[1] || (joinsTouching && from === last[1]))) last[1] = Math.max(last[1], until);
    else merged.push([from, until]);
  }
  return merged;
}

/** Moments of both lists, each merged. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const both: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [left, right] = [a[i] as Interval, b[j] as Interval];
    const from = Math.max(left[0], right[0]);
    const until = Math.min(left[1], right[1]);
    if (from < until) both.push([from, until]);
    if (left[1] < right[1]) i += 1;
    else j += 1;
  }
  return both;
}

/** Moments of the first list that are in none of the second; both merged. */
export function subtract(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let j = 0;
  for (const [from, until] of a) {
    let at = from;
    while (j < b.length && (b[j] as Interval)[1] <= at) j += 1;
    for (let k = j; k < b.length && (b[k] as Interval)[0] < until; k += 1) {
      const [cut, resume] = b[k] as Interval;
      if (at < cut) left.push([at, cut]);
      at = Math.max(at, resume);
    }
    if (at < until) left.push([at, until]);
  }
  return left;
}
