export {
  createRedis,
  RedisClient,
  RedisUnavailableError,
  type RedisClientOptions,
  type RedisKey,
} from './redis-client';
