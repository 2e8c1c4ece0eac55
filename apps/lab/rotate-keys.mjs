/** Door of `npm run rotate-keys`: builds what is missing, then runs the command of one service in this environment. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './bootstrap.mjs';

const [service, ...options] = process.argv.slice(2);
if (service !== 'core-api' && service !== 'telemetry-api') {
  process.stderr.write(
    'npm run rotate-keys -- core-api|telemetry-api [options]; without options it explains them\n',
  );
  process.exit(2);
}
ensureInstalled();
const nx = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
const build = spawnSync(process.execPath, [nx, 'run', `${service}:build`], { cwd: ROOT, encoding: 'utf8' });
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}\nThe workspace does not build.\n`);
  process.exit(1);
}
const program = join(ROOT, `dist/apps/${service}/src/rotate-keys.js`);
const { status } = spawnSync(process.execPath, [program, ...options], { cwd: ROOT, stdio: 'inherit' });
process.exit(status ?? 1);
