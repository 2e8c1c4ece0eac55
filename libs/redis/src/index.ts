export {
  createRedis,
  RedisClient,
  RedisUnavailableError,
  type RedisClientOptions,
  type RedisKey,
  type RedisScript,
  type StreamEntry,
} from './redis-client';
export type { WindowUse } from './sliding-window';
