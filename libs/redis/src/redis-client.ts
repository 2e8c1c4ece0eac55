import Redis, { type RedisOptions } from 'ioredis';
import { defineSlidingWindow, takeFromWindow, type WindowUse } from './sliding-window';
import { within } from './within';

/** Longest a command of a request may take, in milliseconds. */
const COMMAND_TIMEOUT_MS = 1000;
const LONGEST_RECONNECT_PAUSE_MS = 1000;

/** A key that carries the prefix: only {@link RedisClient.key} makes one. */
export type RedisKey = string & { readonly made: unique symbol };

export interface RedisClientOptions {
  /** redis:// or rediss://, credentials included. */
  url: string;
  /** Put before every key. */
  prefix: string;
  /**
   * `cache`: for requests; a command fails at once while Redis is away and after a second when it hangs.
   * `worker`: for background work; a command waits until Redis is back.
   */
  purpose: 'cache' | 'worker';
}

/** A script with a name of its own; every key it touches is one it is given, and it gives each a time to live. */
export interface RedisScript {
  name: string;
  lua: string;
}

/** One entry of a stream. */
export interface StreamEntry {
  /** `milliseconds-number`; later entries have greater ones. */
  id: string;
  fields: Record<string, string>;
}

/** Longest answer of {@link RedisClient.readStream}. */
const STREAM_PAGE = 1000;

/** Redis is away or does not answer. Whoever meets it decides what that means: a cache misses, a hold is refused. */
export class RedisUnavailableError extends Error {
  constructor(cause: unknown) {
    super('Redis cannot be reached', { cause });
    this.name = 'RedisUnavailableError';
  }
}

const PURPOSES: Readonly<Record<RedisClientOptions['purpose'], RedisOptions>> = {
  cache: { enableOfflineQueue: false, maxRetriesPerRequest: 0 },
  worker: { maxRetriesPerRequest: null },
};

/** Redis with prefix and time to live by construction: there is no way to write a key without either. */
export class RedisClient {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly purpose: RedisClientOptions['purpose'],
  ) {}

  /** The key for these parts, e.g. `key('hold', 7, slot)` → `restartix:hold:7:…`. Parts are ids, never names. */
  key(...parts: (string | number)[]): RedisKey {
    return `${this.prefix}${parts.join(':')}` as RedisKey;
  }

  /** Whether commands can be sent now. */
  get isReady(): boolean {
    return this.redis.status === 'ready';
  }

  get(key: RedisKey): Promise<string | null> {
    return this.run(() => this.redis.get(key));
  }

  async set(key: RedisKey, value: string, ttlSeconds: number): Promise<void> {
    await this.run(() => this.redis.set(key, value, 'EX', ttlSeconds));
  }

  /** Sets a key that is not there; false when it was there: the first of many wins. */
  async setIfAbsent(key: RedisKey, value: string, ttlSeconds: number): Promise<boolean> {
    return (await this.run(() => this.redis.set(key, value, 'EX', ttlSeconds, 'NX'))) === 'OK';
  }

  /** Adds one to a counter and gives the sum; its time begins with the first. */
  async increment(key: RedisKey, ttlSeconds: number): Promise<number> {
    const results = await this.run(() =>
      this.redis.multi().set(key, 0, 'EX', ttlSeconds, 'NX').incr(key).exec(),
    );
    const [error, sum] = results?.[1] ?? [new Error('The counter gave no answer')];
    if (error) throw error;
    return sum as number;
  }

  /** Asks for one of `limit` requests in any `windowMs`; says whether it is admitted and what is left. */
  takeFromWindow(key: RedisKey, limit: number, windowMs: number): Promise<WindowUse> {
    return this.run(() => takeFromWindow(this.redis, key, limit, windowMs));
  }

  /** Runs a script in one step. */
  evaluate(
    { name, lua }: RedisScript,
    keys: readonly RedisKey[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    type Scripted = Record<string, (...given: (string | number)[]) => Promise<unknown>>;
    if (!(name in this.redis)) this.redis.defineCommand(name, { lua });
    return this.run(async () => (this.redis as unknown as Scripted)[name]?.(keys.length, ...keys, ...values));
  }

  /** Entries of a stream after an id, oldest first; at most a thousand. */
  async readStream(key: RedisKey, afterId: string): Promise<StreamEntry[]> {
    const entries = await this.run(() => this.redis.xrange(key, `(${afterId}`, '+', 'COUNT', STREAM_PAGE));
    return entries.map(([id, list]) => ({
      id,
      fields: Object.fromEntries(
        list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? '']] : [])),
      ),
    }));
  }

  /** The newest id of a stream; undefined while it is empty. */
  async lastOfStream(key: RedisKey): Promise<string | undefined> {
    const [last] = await this.run(() => this.redis.xrevrange(key, '+', '-', 'COUNT', 1));
    return last?.[0];
  }

  /** How many of the keys were there. */
  delete(...keys: RedisKey[]): Promise<number> {
    return this.run(() => this.redis.del(...keys));
  }

  async ping(): Promise<void> {
    await this.run(() => this.redis.ping());
  }

  /** Ends the connection, whether or not Redis is there. */
  close(): void {
    this.redis.disconnect();
  }

  private async run<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await (this.purpose === 'cache' ? within(COMMAND_TIMEOUT_MS, command()) : command());
    } catch (error) {
      if ((error as Error).name === 'ReplyError') throw error; // Redis is there and says no
      throw new RedisUnavailableError(error);
    }
  }
}

/** Connects in the background and for ever again; never throws because Redis is away. */
export function createRedis(options: RedisClientOptions): RedisClient {
  const redis = new Redis(options.url, {
    ...PURPOSES[options.purpose],
    connectTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RECONNECT_PAUSE_MS),
  });
  defineSlidingWindow(redis);
  redis.on('error', () => undefined); // health and the failing commands tell; without a listener the process would end
  return new RedisClient(redis, options.prefix, options.purpose);
}
