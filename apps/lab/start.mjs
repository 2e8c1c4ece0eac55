/** Door of `npm start`: installs what is missing, builds, starts the lab. Works in a clone where nothing is installed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './bootstrap.mjs';

ensureInstalled();
await build();
await import('../../dist/apps/lab/src/main.js');

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
