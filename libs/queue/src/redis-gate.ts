import { DomainError, unavailable } from '@restartix/errors';
import type { Redis } from 'ioredis';

/** Longest a request waits for Redis, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * Stands before the commands of requests: while Redis is away, or was last seen hanging, it refuses them at once, so
 * that nothing piles up in this process. One ping finds out when Redis is back.
 */
export class RedisGate {
  private isSuspect = false;

  constructor(private readonly redis: Redis) {}

  /** Runs work against Redis. Throws `queue_unavailable` when Redis is away or takes longer than a second. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isSuspect || this.redis.status !== 'ready') throw unavailable('queue_unavailable');
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('Redis gives no answer')), PATIENCE_MS);
    });
    const result = work();
    result.catch(() => undefined); // it may fail after we have gone
    try {
      return await Promise.race([result, tooLong]);
    } catch (error) {
      if (error instanceof DomainError || (error as Error).name === 'ReplyError') throw error; // Redis is there
      this.suspect();
      throw unavailable('queue_unavailable', error);
    } finally {
      clearTimeout(timer);
    }
  }

  private suspect(): void {
    if (this.isSuspect) return;
    this.isSuspect = true;
    const trust = () => (this.isSuspect = false);
    this.redis.ping().then(trust, trust);
  }
}
