import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { RateClass } from '@restartix/http';
import type { WindowUse } from '@restartix/redis';

/** So many requests in any window of so many milliseconds. */
export interface Quota {
  max: number;
  windowMs: number;
}

export type LimitedClass = Exclude<RateClass, 'none'>;

export interface RateLimits {
  /** What one user may do, and one address where nobody is signed in. */
  quotas: Readonly<Record<LimitedClass, Quota>>;
  /** An organization may do so many times what one user may. */
  organizationFactor: number;
  /** An address signed-in users call from may do so many times what one user may: clinics share an address. */
  addressFactor: number;
}

/** Who asks, as far as it is known before anything is read. */
export interface RateCaller {
  /** Who signed in; null for nobody. */
  user: string | null;
  organization: string | null;
  address: string | null;
}

/** One counter a request is counted against. */
export interface Counter {
  /** Such as "standard-user": the policy's name in the headers, and the beginning of its key. */
  policy: string;
  subject: string;
  quota: Quota;
}

/** The network an address stands for: itself, or the /64 of an IPv6 address, which one household has to itself. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}

/** What a request counts against: its user, its organization and its address, whichever are known. */
export function countersOf(limits: RateLimits, rateClass: LimitedClass, caller: RateCaller): Counter[] {
  const quota = limits.quotas[rateClass];
  const times = (factor: number): Quota => ({ ...quota, max: quota.max * factor });
  const { user, organization, address } = caller;
  const counters: Counter[] = [];
  const add = (who: string, subject: string | null, granted: Quota) => {
    if (subject)
      counters.push({ policy: `${rateClass}-${who}`, subject: shortHash(subject), quota: granted });
  };
  add('user', user, quota);
  add('organization', organization, times(limits.organizationFactor));
  add('address', address && networkOf(address), user ? times(limits.addressFactor) : quota);
  return counters;
}

/** Keys hold no address and no id of another system. */
const shortHash = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

const seconds = (ms: number): number => Math.ceil(ms / 1000);

/** A counter after the request was counted against it. */
export interface Counted {
  counter: Counter;
  use: WindowUse;
}

const share = ({ counter, use }: Counted): number => use.remaining / counter.quota.max;

/** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): every policy, and the scarcest's rest. */
export function rateLimitHeaders(counted: readonly [Counted, ...Counted[]]): Record<string, string> {
  const { counter, use } = counted.reduce((a, b) => (share(b) < share(a) ? b : a));
  return {
    'RateLimit-Policy': counted
      .map(({ counter: { policy, quota } }) => `"${policy}";q=${quota.max};w=${seconds(quota.windowMs)}`)
      .join(', '),
    RateLimit: `"${counter.policy}";r=${use.remaining};t=${seconds(use.waitMs || use.resetMs)}`,
  };
}

/** Seconds until every exhausted counter admits one more. */
export const retryAfter = (counted: readonly Counted[]): number =>
  Math.max(1, ...counted.map(({ use }) => seconds(use.waitMs)));
