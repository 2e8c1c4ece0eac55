/** Door of `npm run verify:isolation`: works in a clone where nothing is installed. */
import { spawnSync } from 'node:child_process';
import { compile, ensureInstalled, ROOT } from '../../bootstrap.mjs';

ensureInstalled();
compile('apps/lab/src/verify-isolation', 'apps/lab/src/packaging', 'libs/config/src');
const { status } = spawnSync(process.execPath, ['dist/apps/lab/src/verify-isolation/main.js'], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 1);
