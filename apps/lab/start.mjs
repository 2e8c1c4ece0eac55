/** Door of `npm start`: installs what is missing, builds, starts the lab. Works in a clone where nothing is installed. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './bootstrap.mjs';

forgetEarlierRun();
ensureInstalled();
await build();
await import('../../dist/apps/lab/src/main.js');

/** What a killed lab said of itself is no longer true. A living one is left alone; it will be found later. */
function forgetEarlierRun() {
  if (!isRunning()) rmSync(join(ROOT, '.lab/lab.json'), { force: true });
}

function isRunning() {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(join(ROOT, '.lab/lock'), 'utf8'));
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] === startTime;
  } catch {
    return false;
  }
}

/** Quiet when all is well; a sign of life every few seconds, and everything nx said when it failed. */
async function build() {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  const nx = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
  const child = spawn(process.execPath, [nx, 'run-many', '-t', 'build'], { cwd: ROOT });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const life = setInterval(() => process.stdout.write(`  Building … ${seconds()}\n`), 5000);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(life);
  if (code === 0) {
    process.stdout.write(`  Building: ${seconds()}\n`);
    return;
  }
  process.stderr.write(`${Buffer.concat(said)}\nThe workspace does not build.\n`);
  process.exit(1);
}
