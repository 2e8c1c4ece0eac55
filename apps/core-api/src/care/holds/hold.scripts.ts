import type { RedisScript } from '@restartix/redis';

/*
 * Holds live in Redis only. Keys of one type share a hash tag, so that each script is one step of one shard:
 *   hold:{type}:slot:specialist      whose it is, gone by itself after its time
 *   client:{type}:client:holds       what a client holds, scored by when it ends
 *   holds:{type}                     what is held of the type, scored the same way
 *   holds:events:{type}              what happened, as a stream; its ids are the ids of server-sent events
 */
const NOW = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;
const TELL = `local function tell(what, member)
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', 1000, '*', 'event', what, 'slot', member)
  redis.call('PEXPIRE', KEYS[4], 3600000)
end
`;

/** Claims: value, ttl in ms, quota, member. Answers held, taken or quota. */
export const CLAIM: RedisScript = {
  name: 'holdClaim',
  lua: `${NOW}${TELL}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return 'quota' end
if not redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 'taken' end
local ends = now + ARGV[2]
redis.call('ZADD', KEYS[2], ends, ARGV[4])
redis.call('PEXPIRE', KEYS[2], 3600000)
redis.call('ZADD', KEYS[3], ends, ARGV[4])
redis.call('PEXPIRE', KEYS[3], 3600000)
tell('hold', ARGV[4])
return 'held'`,
};

/** Extends what is still the client's: value, ttl in ms, member, and whether to tell. Answers 1 or 0. */
export const EXTEND: RedisScript = {
  name: 'holdExtend',
  lua: `${NOW}${TELL}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local ends = now + ARGV[2]
redis.call('ZADD', KEYS[2], ends, ARGV[3])
redis.call('PEXPIRE', KEYS[2], 3600000)
redis.call('ZADD', KEYS[3], ends, ARGV[3])
redis.call('PEXPIRE', KEYS[3], 3600000)
if ARGV[4] == '1' then tell('heartbeat', ARGV[3]) end
return 1`,
};

/** Ends what is still the client's: value, member, and the word for it. Answers 1 or 0. */
export const END: RedisScript = {
  name: 'holdEnd',
  lua: `${TELL}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
tell(ARGV[3], ARGV[2])
return 1`,
};

/** Tells of what has run out, once over all processes; answers what is held. Keys as the others, the first two unused. */
export const SWEEP: RedisScript = {
  name: 'holdSweep',
  lua: `${NOW}${TELL}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
  redis.call('ZREM', KEYS[3], member)
  tell('expiry', member)
end
return redis.call('ZRANGE', KEYS[3], 0, -1)`,
};
