import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../process/child';
import { NotStartedError } from '../process/ready';
import { processesIn } from '../process/proc';
import { handOver, unprivileged } from './unprivileged';

interface NewDataDirectory {
  programs: string;
  dir: string;
  name: string;
  password: string;
}

/** Where the files of a cluster lie below the folder given to the store. */
export const dataDirectory = (dir: string) => join(dir, 'data');

/** Makes the cluster unless it is complete already; what an interrupted attempt left is removed first. */
export async function initialise({ programs, dir, name, password }: NewDataDirectory): Promise<void> {
  const complete = join(dir, 'complete');
  if (existsSync(complete)) return;
  rmSync(dataDirectory(dir), { recursive: true, force: true });
  mkdirSync(dataDirectory(dir), { recursive: true, mode: 0o700 });
  handOver(dataDirectory(dir));
  const passwordFile = join(dir, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  handOver(passwordFile);
  try {
    await initdb(programs, dir, name, passwordFile);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(complete, '');
}

async function initdb(programs: string, dir: string, name: string, passwordFile: string): Promise<void> {
  const { prefix, uid, gid } = unprivileged();
  const options = ['--pgdata', dataDirectory(dir), `--pwfile=${passwordFile}`, '--username=postgres'];
  options.push('--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions');
  const child = new Child({
    name: `initdb of ${name}`,
    command: [join(programs, 'initdb'), ...options],
    launcher: prefix,
    uid,
    gid,
    environment: { TZ: 'UTC' },
    logFile: join(dir, 'postgres.log'),
  });
  const { code } = await child.exited;
  if (code !== 0) throw new NotStartedError(child.options.name, child.lastLines(), `failed (code ${code})`);
}

/**
 * Waits until the last process of an earlier run has left the cluster: the workers of a killed server live on for a
 * moment and hold its memory. Then a lock file that still lies there is stale.
 */
export async function untilDeserted(dir: string, name: string, timeoutMs = 20_000): Promise<void> {
  const data = dataDirectory(dir);
  const deadline = Date.now() + timeoutMs;
  for (let left = processesIn(data); left.length > 0; left = processesIn(data)) {
    if (Date.now() > deadline) {
      throw new Error(`${name} still runs from an earlier start; end it with: kill ${left.join(' ')}`);
    }
    await sleep(20);
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });
}
