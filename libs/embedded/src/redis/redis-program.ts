import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MissingPrerequisiteError } from '../process/missing';

export interface RedisProgram {
  command: string;
  environment: Record<string, string>;
}

/** Debian's server and the libraries it needs beyond the base system. */
const PACKAGES = [
  'redis-server',
  'redis-tools',
  'liblzf1',
  'libjemalloc2',
  'liblua5.1-0',
  'lua-bitop',
  'lua-cjson',
  'libatomic1',
];

const REMEDY = 'install it with: sudo apt-get install redis-server';

/**
 * redis-server on PATH; else Debian's package unpacked into `cache` (nothing is installed and no root is needed).
 * Throws {@link MissingPrerequisiteError} where neither is possible.
 */
export function redisProgram(cache: string, onPath = 'redis-server'): RedisProgram {
  if (runs({ command: onPath, environment: {} })) return { command: onPath, environment: {} };
  const cached = fromCache(join(cache, 'redis'));
  if (runs(cached)) return cached;
  try {
    unpack(cache);
  } catch (cause) {
    throw new MissingPrerequisiteError(
      `Redis is not installed and could not be fetched without root; ${REMEDY}`,
      { cause },
    );
  }
  const fetched = fromCache(join(cache, 'redis'));
  if (runs(fetched)) return fetched;
  throw new MissingPrerequisiteError(
    `Redis is not installed and the fetched one does not run here; ${REMEDY}`,
  );
}

function runs({ command, environment }: RedisProgram): boolean {
  return spawnSync(command, ['--version'], { env: { ...process.env, ...environment } }).status === 0;
}

function fromCache(root: string): RedisProgram {
  const libraries = join(root, 'usr/lib');
  const folders = existsSync(libraries)
    ? readdirSync(libraries)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(libraries, name))
    : [];
  return { command: join(root, 'usr/bin/redis-server'), environment: { LD_LIBRARY_PATH: folders.join(':') } };
}

/** Downloads and unpacks beside the final folder, then renames: an interrupted attempt leaves nothing half done. */
function unpack(cache: string): void {
  const downloads = join(cache, 'redis.downloads');
  const half = join(cache, 'redis.unpacking');
  for (const folder of [downloads, half, join(cache, 'redis')])
    rmSync(folder, { recursive: true, force: true });
  mkdirSync(downloads, { recursive: true });
  download(cache, downloads);
  for (const file of readdirSync(downloads)) {
    execFileSync('dpkg', ['-x', join(downloads, file), half], { stdio: 'pipe' });
  }
  renameSync(half, join(cache, 'redis'));
  rmSync(downloads, { recursive: true, force: true });
}

/** With the system's package lists; where those are empty or old, with lists of our own below the cache. */
function download(cache: string, into: string): void {
  const apt = (args: string[]) => execFileSync('apt-get', args, { cwd: into, stdio: 'pipe' });
  const unsandboxed = ['-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=true'];
  try {
    apt([...unsandboxed, 'download', ...PACKAGES]);
  } catch {
    const own = join(cache, 'apt');
    mkdirSync(join(own, 'lists/partial'), { recursive: true });
    mkdirSync(join(own, 'cache/archives/partial'), { recursive: true });
    const lists = ['-o', `Dir::State::lists=${own}/lists`, '-o', `Dir::Cache=${own}/cache`];
    apt([...unsandboxed, ...lists, 'update']);
    apt([...unsandboxed, ...lists, 'download', ...PACKAGES]);
  }
}
