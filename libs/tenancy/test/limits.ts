import { RATE_CLASSES } from '@restartix/http';
import type { LimitedClass, Quota, RateLimits } from '../src';

/** Limits with the same quota for every class, but for those given. */
export function limitsOf(quota: Quota, own: Partial<Record<LimitedClass, Quota>> = {}): RateLimits {
  const classes = RATE_CLASSES.filter((name): name is LimitedClass => name !== 'none');
  const quotas = Object.fromEntries(classes.map((name) => [name, own[name] ?? quota]));
  return { quotas: quotas as Record<LimitedClass, Quota>, organizationFactor: 2, addressFactor: 3 };
}
