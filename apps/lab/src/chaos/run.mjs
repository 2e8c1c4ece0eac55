/** Door of `npm run chaos`: builds, then runs in a user namespace of its own where a small disk can be mounted. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from '../../bootstrap.mjs';

ensureInstalled();
const nx = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
const build = spawnSync(process.execPath, [nx, 'run-many', '-t', 'build'], { cwd: ROOT, encoding: 'utf8' });
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}\nThe workspace does not build.\n`);
  process.exit(1);
}

const NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'];
const PROBE = 'mount -t tmpfs -o size=64k tmpfs /tmp && unshare --user --map-user=65534 true';
const [command, ...options] = NAMESPACE;
const mayMount = spawnSync(command, [...options, 'sh', '-c', PROBE]).status === 0;
const program = [process.execPath, 'dist/apps/lab/src/chaos/main.js', ...process.argv.slice(2)];
const [first, ...rest] = mayMount ? [...NAMESPACE, ...program] : program;
const child = spawn(first, rest, {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, ...(mayMount ? { CHAOS_MAY_MOUNT: '1' } : {}) },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code) => process.exit(code ?? 1));
