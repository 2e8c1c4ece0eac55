/** Door of `npm run check` and `npm test` (first argument: check or test): works in a clone where nothing is installed. */
import { spawnSync } from 'node:child_process';
import { compile, ensureInstalled, ROOT } from '../../bootstrap.mjs';

const [program, ...args] = process.argv.slice(2);
ensureInstalled();
compile('apps/lab/src/checks', 'libs/config/src', 'libs/contracts/src');
const ended = spawnSync(process.execPath, [`dist/apps/lab/src/checks/${program}.js`, ...args], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(ended.status ?? 1);
