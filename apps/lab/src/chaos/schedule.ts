import { seeded } from '@restartix/testing';

export interface Kill<V extends string> {
  /** After so many answered requests. */
  at: number;
  victim: V;
}

/** When each victim is killed: at seeded moments, one stretch of the run each, so that all have come back before the end. */
export function killSchedule<V extends string>(
  seed: number,
  requests: number,
  each: number,
  victims: V[],
): Kill<V>[] {
  const random = seeded(seed);
  const stretch = Math.floor((requests * 0.9) / each);
  return victims.flatMap((victim) =>
    Array.from({ length: each }, (_, index) => ({
      at: Math.floor(requests * 0.02) + index * stretch + Math.floor(random() * stretch * 0.8),
      victim,
    })),
  );
}
