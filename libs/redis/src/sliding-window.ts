import type Redis from 'ioredis';

/** What is left of a quota after one more request asked for it. */
export interface WindowUse {
  admitted: boolean;
  /** Requests that would still be admitted now. */
  remaining: number;
  /** Milliseconds until one more is admitted; 0 when it is now. */
  waitMs: number;
  /** Milliseconds until the present window ends. */
  resetMs: number;
}

/**
 * A sliding window of two counters: the present window, and the part of the one before that is not yet out of sight.
 * A refused request is not counted. The clock is that of Redis, so that every process sees the same windows.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, length = tonumber(ARGV[1]), tonumber(ARGV[2])
local window, elapsed = math.floor(now / length), now % length
local kept = redis.call('HMGET', KEYS[1], 'window', 'count', 'before')
local count, before = 0, 0
if kept[1] == tostring(window) then count, before = tonumber(kept[2]), tonumber(kept[3])
elseif kept[1] == tostring(window - 1) then before = tonumber(kept[2]) end
local used = count + before * (length - elapsed) / length
if used + 1 <= limit then
  redis.call('HSET', KEYS[1], 'window', tostring(window), 'count', count + 1, 'before', before)
  redis.call('PEXPIRE', KEYS[1], 2 * length)
  return {1, math.floor(limit - used - 1), 0, length - elapsed}
end
local wait
if count + 1 <= limit then wait = length * (1 - (limit - 1 - count) / before) - elapsed
else wait = length - elapsed + length * (1 - (limit - 1) / count) end
return {0, 0, math.ceil(wait), length - elapsed}
`;

type Counted = [admitted: number, remaining: number, waitMs: number, resetMs: number];
type WithScript = Redis & {
  slidingWindow(key: string, limit: number, lengthMs: number): Promise<Counted>;
};

/** Teaches a connection the script. */
export function defineSlidingWindow(redis: Redis): void {
  redis.defineCommand('slidingWindow', { numberOfKeys: 1, lua: SCRIPT });
}

/** Counts one request against the window of a key. */
export async function takeFromWindow(
  redis: Redis,
  key: string,
  limit: number,
  windowMs: number,
): Promise<WindowUse> {
  const [admitted, remaining, waitMs, resetMs] = await (redis as WithScript).slidingWindow(
    key,
    limit,
    windowMs,
  );
  return { admitted: admitted === 1, remaining, waitMs, resetMs };
}
