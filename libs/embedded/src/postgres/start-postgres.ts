import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Child } from '../process/child';
import { claimPort } from '../process/free-port';
import { NotStartedError, untilReady } from '../process/ready';
import { running, type Running } from '../process/running';
import { postgresPackage } from './binaries';
import { dataDirectory, initialise, untilDeserted } from './data-directory';
import { unprivileged } from './unprivileged';

export interface PostgresOptions {
  /** Folder of this server alone; made when absent, kept on stop. */
  dir: string;
  name: string;
  /** The superuser's (postgres) password, fixed when the cluster is first made. */
  password: string;
  /** A free one when absent. A restart after a crash passes the port it had. */
  port?: number;
  /** false: committed data may be lost when the machine (not the process) crashes. Only for tests. */
  durable?: boolean;
  maxConnections?: number;
  /** Told of every process as it is started, before it answers. */
  onSpawn?: (child: Child) => void;
}

const WRONG_PASSWORD = '28P01';

/**
 * Starts a real PostgreSQL server as a child process on loopback, reachable by password only (scram-sha-256).
 * `url` is the superuser's, on the database postgres. Started again over a killed one it recovers.
 */
export async function startPostgres(options: PostgresOptions): Promise<Running> {
  const { dir, name, password } = options;
  const programs = join(postgresPackage(), 'native/bin');
  mkdirSync(dir, { recursive: true });
  await untilDeserted(dir, name);
  await initialise({ programs, dir, name, password });
  const port = await claimPort(options.port);
  const url = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  for (let attempt = 1; ; attempt++) {
    const child = launch(options, programs, port);
    options.onSpawn?.(child);
    try {
      await untilReady(child, () => answers(url, name));
      return running(child, url, port);
    } catch (error) {
      await child.stop();
      if (attempt === 20 || !isLocked(error)) throw error;
      await sleep(100);
    }
  }
}

function launch(options: PostgresOptions, programs: string, port: number): Child {
  const { prefix, uid, gid } = unprivileged();
  const { dir, name } = options;
  const settings = Object.entries(serverSettings(options, port)).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  return new Child({
    name,
    command: [join(programs, 'postgres'), '-D', dataDirectory(dir), ...settings],
    launcher: prefix,
    uid,
    gid,
    environment: { TZ: 'UTC' },
    logFile: join(dir, 'postgres.log'),
    stopSignal: 'SIGINT', // the fast shutdown: open transactions are rolled back, everything committed is written
    stopTimeoutMs: 30_000,
  });
}

function serverSettings(options: PostgresOptions, port: number): Record<string, string | number> {
  const durable = options.durable === false ? 'off' : 'on';
  return {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 200,
    shared_buffers: '64MB',
    fsync: durable,
    synchronous_commit: durable,
    full_page_writes: durable,
    // After a crash: one call per file system instead of opening every file of the cluster.
    recovery_init_sync_method: 'syncfs',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements may carry data of patients; the log of the server is not the place for it.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: 0,
    // A session whose client was killed ends within seconds and does not hold its locks.
    tcp_keepalives_idle: 10,
    client_connection_check_interval: '2s',
  };
}

async function answers(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } catch (error) {
    if ((error as { code?: string }).code !== WRONG_PASSWORD) throw error;
    throw new NotStartedError(name, '', 'was made with another password');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What a server says whose predecessor has not quite gone. */
function isLocked(error: unknown): boolean {
  return (
    error instanceof NotStartedError &&
    /lock file .* already exists|pre-existing shared memory|could not bind|Address already in use/i.test(
      error.lastLines,
    )
  );
}
