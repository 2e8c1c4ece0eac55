/** Door of `npm run bench`: installs and builds what is missing, then runs the benches. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from '../../bootstrap.mjs';

ensureInstalled();
const nx = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
const build = spawnSync(process.execPath, [nx, 'run-many', '-t', 'build'], { cwd: ROOT, encoding: 'utf8' });
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}\nThe workspace does not build.\n`);
  process.exit(1);
}
await import('../../../../dist/apps/lab/src/bench/bench.js');
