import { DomainError, unavailable } from '@restartix/errors';
import type { RateClass } from '@restartix/http';
import { RedisUnavailableError, type RedisClient } from '@restartix/redis';
import {
  countersOf,
  rateLimitHeaders,
  retryAfter,
  type Counted,
  type Counter,
  type RateCaller,
  type RateLimits,
} from './rate-limit.policy';

/** Longest an authenticated request waits to be counted by a Redis that hangs. */
const PATIENCE_MS = 100;

/**
 * Counts requests in Redis, for all processes together. While Redis is away a signed-in caller goes on uncounted, and
 * so does a webhook, whose signature says who sends it: it may tell that somebody's rights are gone. Any other public
 * route answers 503, because it has nothing else to hold a flood back.
 */
export class RateLimiter {
  constructor(
    private readonly redis: RedisClient | undefined,
    private readonly limits: RateLimits,
  ) {}

  /**
   * Counts one request; the headers its answer carries. Throws rate_limited with Retry-After, or
   * rate_limits_unavailable for a caller nobody knows.
   */
  async admit(rateClass: RateClass, caller: RateCaller): Promise<Record<string, string>> {
    if (rateClass === 'none') return {};
    const counters = countersOf(this.limits, rateClass, caller);
    let counted: Counted[];
    try {
      counted = await this.patiently(this.count(counters), caller.user !== null);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      if (caller.user !== null || rateClass === 'webhook') return {};
      throw unavailable('rate_limits_unavailable', error);
    }
    const [first, ...rest] = counted;
    if (!first) return {};
    const headers = rateLimitHeaders([first, ...rest]);
    if (counted.every(({ use }) => use.admitted)) return headers;
    throw new DomainError('rate_limited', {
      headers: { ...headers, 'Retry-After': String(retryAfter(counted)) },
    });
  }

  /** Counts a refused credential of an address; throws rate_limited when there were too many, and nothing else. */
  async refused(address: string | null): Promise<void> {
    try {
      await this.admit('sign_in', { user: null, organization: null, address });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'rate_limited') throw error;
    }
  }

  private count(counters: readonly Counter[]): Promise<Counted[]> {
    const { redis } = this;
    if (!redis) throw new RedisUnavailableError(new Error('No Redis is configured'));
    return Promise.all(
      counters.map(async (counter) => {
        const { policy, subject, quota } = counter;
        const key = redis.key('limit', policy, subject);
        return { counter, use: await redis.takeFromWindow(key, quota.max, quota.windowMs) };
      }),
    );
  }

  private async patiently<T>(counting: Promise<T>, isKnown: boolean): Promise<T> {
    if (!isKnown) return counting;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RedisUnavailableError(new Error('Too slow'))), PATIENCE_MS);
    });
    return Promise.race([counting, tooLong]).finally(() => clearTimeout(timer));
  }
}
