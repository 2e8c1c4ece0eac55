/**
 * What a bare clone needs before anything of it can run. Without dependencies of its own: it runs before there are any.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Top of the workspace. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const OLDEST_NODE = [20, 19];

/** Installs the packages unless those installed are the ones of the lockfile. Ends the process if that is impossible. */
export function ensureInstalled() {
  refuseOldNode();
  if (isInstalled()) return;
  process.stdout.write('Installing packages (npm install) …\n');
  const { status, error } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status === 0) return;
  fail(
    error
      ? 'npm is missing: install Node.js together with npm.'
      : 'npm install failed; its reason stands above.',
  );
}

/** Compiles folders of TypeScript into dist/, so that node can run what is in them. Ends the process on an error. */
export function compile(...folders) {
  const swc = join(ROOT, 'node_modules/@swc/cli/bin/swc.js');
  const options = ['--out-dir', 'dist', '--extensions', '.ts', '--ignore', '**/*.spec.ts', '--quiet'];
  const { status } = spawnSync(process.execPath, [swc, ...folders, ...options], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) fail(`${folders.join(', ')} did not compile.`);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `Node.js ${process.versions.node} is too old: ${OLDEST_NODE.join('.')} or newer is needed (nvm install 20).`,
  );
}

/** Whether node_modules holds what the lockfile says; packages for other platforms may be missing. */
function isInstalled() {
  const manifest = read('package.json');
  const lock = read('package-lock.json')?.packages;
  const installed = read('node_modules/.package-lock.json')?.packages;
  if (!manifest || !lock || !installed) return false;
  const asked = ['dependencies', 'devDependencies'].every((kind) =>
    sameEntries(manifest[kind], lock[''][kind]),
  );
  return (
    asked && Object.entries(lock).every(([path, entry]) => path === '' || isPresent(entry, installed[path]))
  );
}

function isPresent(wanted, found) {
  return found ? found.version === wanted.version : Boolean(wanted.optional || wanted.peer || wanted.link);
}

function sameEntries(a = {}, b = {}) {
  return Object.keys({ ...a, ...b }).every((name) => a[name] === b[name]);
}

function read(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  } catch {
    return null;
  }
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
