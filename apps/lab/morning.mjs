/** Door of `npm run morning`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

const program = join(ROOT, 'dist/apps/lab/src/morning.js');
if (existsSync(program)) {
  await import(program);
} else {
  process.stderr.write('There is no lab yet; run: npm start\n');
  process.exitCode = 1;
}
