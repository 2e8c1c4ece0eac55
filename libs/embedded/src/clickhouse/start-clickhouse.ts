import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from '../process/child';
import { claimPort } from '../process/free-port';
import { MissingPrerequisiteError } from '../process/missing';
import { NotStartedError, untilReady } from '../process/ready';
import { running, type Running } from '../process/running';
import { workspaceRoot } from '../process/workspace';
import type { DoorInput } from './door-main';

export interface ClickhouseOptions {
  /** Folder of this engine alone; made when absent, kept on stop. */
  dir: string;
  name: string;
  user: string;
  password: string;
  port?: number;
  /** Told of the process as it is started, before it answers. */
  onSpawn?: (child: Child) => void;
}

const DOOR = 'dist/libs/embedded/src/clickhouse/door-main.js';

/**
 * Starts the ClickHouse engine (chDB) in a child process behind an HTTP interface like a server's, so that
 * `@clickhouse/client` works with it unchanged. One process per data folder.
 */
export async function startClickhouse(options: ClickhouseOptions): Promise<Running> {
  const { dir, name, user, password } = options;
  const door = join(workspaceRoot(), DOOR);
  if (!existsSync(door)) {
    throw new MissingPrerequisiteError(`The workspace is not built; run: npx nx run-many -t build`);
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const port = await claimPort(options.port);
  const input: DoorInput = { path: join(dir, 'data'), port, user, password };
  const child = new Child({
    name,
    command: [process.execPath, door],
    input: `${JSON.stringify(input)}\n`,
    // Each running query holds one thread of this pool.
    environment: { UV_THREADPOOL_SIZE: '16', TZ: 'UTC' },
    logFile: join(dir, 'clickhouse.log'),
  });
  options.onSpawn?.(child);
  const url = `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  await untilReady(child, () => answers(port, options));
  return running(child, url, port);
}

async function answers(port: number, { name, user, password }: ClickhouseOptions): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/?query=SELECT%201`, {
    headers: { 'x-clickhouse-user': user, 'x-clickhouse-key': password },
    signal: AbortSignal.timeout(5000),
  });
  const answer = await response.text();
  if (response.status === 403) throw new NotStartedError(name, '', 'answers, but not to its password');
  if (!response.ok) throw new Error(answer);
}
