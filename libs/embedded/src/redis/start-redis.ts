import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Redis from 'ioredis';
import { Child } from '../process/child';
import { claimPort } from '../process/free-port';
import { NotStartedError, untilReady } from '../process/ready';
import { running, type Running } from '../process/running';
import { redisProgram } from './redis-program';

export interface RedisOptions {
  /** Folder of this server alone; made when absent, kept on stop. */
  dir: string;
  name: string;
  password: string;
  /** Where an unpacked redis-server may be kept when none is on PATH. */
  cache: string;
  port?: number;
  /** false: keeps nothing on disk. */
  durable?: boolean;
  /** Told of the process as it is started, before it answers. */
  onSpawn?: (child: Child) => void;
}

/**
 * Starts a real Redis as a child process on loopback, behind a password. It never evicts (queues live in it) and,
 * unless told otherwise, writes each command to the append-only file before it answers, so that a killed server
 * comes back with what it acknowledged.
 */
export async function startRedis(options: RedisOptions): Promise<Running> {
  const { dir, name, password } = options;
  const program = redisProgram(options.cache);
  mkdirSync(dir, { recursive: true });
  const port = await claimPort(options.port);
  const configuration = join(dir, 'redis.conf');
  writeFileSync(configuration, settings(options, port), { mode: 0o600 });
  const child = new Child({
    name,
    command: [program.command, configuration],
    environment: program.environment,
    directory: dir,
    logFile: join(dir, 'redis.log'),
  });
  options.onSpawn?.(child);
  const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  await untilReady(child, () => answers(url, name));
  return running(child, url, port);
}

function settings(options: RedisOptions, port: number): string {
  const durable = options.durable !== false;
  // Quotes, because a folder may have blanks in its name.
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    'protected-mode yes',
    'daemonize no',
    `dir "${options.dir}"`,
    `requirepass "${options.password}"`,
    'maxmemory-policy noeviction',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'aof-load-truncated yes',
    'tcp-keepalive 60',
    'loglevel notice',
    '',
  ].join('\n');
}

async function answers(url: string, name: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2000,
    disconnectTimeout: 50,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    if (/WRONGPASS|NOAUTH/.test((error as Error).message)) {
      throw new NotStartedError(name, '', 'answers, but not to its password');
    }
    throw error;
  } finally {
    client.disconnect();
  }
}
