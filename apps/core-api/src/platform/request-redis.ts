import type { OnApplicationShutdown } from '@nestjs/common';
import { createRedis, type RedisClient } from '@restartix/redis';
import type { CoreConfig } from '../core.config';

/** Redis as requests use it: a command fails at once while it is away. No client where none is configured. */
export class RequestRedis implements OnApplicationShutdown {
  readonly client: RedisClient | undefined;

  constructor({ REDIS_URL, REDIS_KEY_PREFIX }: CoreConfig) {
    if (!REDIS_URL) return;
    this.client = createRedis({ url: REDIS_URL.reveal(), prefix: REDIS_KEY_PREFIX, purpose: 'cache' });
  }

  onApplicationShutdown(): void {
    this.client?.close();
  }
}
