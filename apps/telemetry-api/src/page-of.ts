import type { ListResponse } from '@restartix/contracts';

/** A page of rows of which one more than asked for was read; where it ended is `next`. */
export function pageOf<R, T>(
  rows: readonly R[],
  size: number,
  shown: (row: R) => T,
  placeOf: (row: R) => [at: Date, id: string],
): ListResponse<T> {
  const page = rows.slice(0, size);
  const last = rows.length > size ? page.at(-1) : undefined;
  if (!last) return { items: page.map(shown), next: null };
  const [at, id] = placeOf(last);
  return { items: page.map(shown), next: { timestamp: at.toISOString(), event_id: id } };
}
