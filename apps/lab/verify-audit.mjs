/** Door of `npm run verify-audit`: builds what it runs, from an installed clone. */
import { spawnSync } from 'node:child_process';
import { compile, ensureInstalled, ROOT } from './bootstrap.mjs';

ensureInstalled();
compile('apps/verify/src', 'libs/crypto/src');
const { status } = spawnSync(process.execPath, ['dist/apps/verify/src/main.js', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 1);
