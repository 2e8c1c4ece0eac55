import { Redis } from 'ioredis';
import { RedisGate } from './redis-gate';

const LONGEST_RECONNECT_PAUSE_MS = 1000;

/** Settings of every connection of a queue: it connects for ever again, and BullMQ decides what is repeated. */
export const connectionOptions = (url: string) => ({
  url,
  maxRetriesPerRequest: null,
  retryStrategy: (attempt: number) => Math.min(attempt * 100, LONGEST_RECONNECT_PAUSE_MS),
});

/** The one connection the producers of this process share; none when Redis is not configured. */
export class QueueConnection {
  readonly redis: Redis | undefined;
  readonly gate: RedisGate | undefined;

  constructor(url: string | undefined) {
    if (url === undefined) return;
    const { url: address, ...options } = connectionOptions(url);
    this.redis = new Redis(address, options);
    this.redis.on('error', () => undefined); // health and the refused commands tell
    this.gate = new RedisGate(this.redis);
  }

  /** Whether Redis answers now: asked, because a connection learns late that its server is gone. */
  async answers(): Promise<boolean> {
    const { redis, gate } = this;
    if (!redis || !gate) return false;
    return gate
      .run(() => redis.ping())
      .then(
        () => true,
        () => false,
      );
  }

  close(): void {
    this.redis?.disconnect();
  }
}
