export {
  createRedis,
  RedisClient,
  RedisUnavailableError,
  type RedisClientOptions,
  type RedisKey,
} from './redis-client';
export type { WindowUse } from './sliding-window';
