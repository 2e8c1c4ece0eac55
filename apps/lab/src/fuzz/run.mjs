/** Door of `npm run fuzz -- --requests 20000 [--seed N]`: the spec of the fuzzing, at the size asked for. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from '../../bootstrap.mjs';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string' } },
});
ensureInstalled();
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', 'apps/lab/test/fuzz.spec.ts'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      FUZZ_REQUESTS: values.requests,
      FUZZ_SEED: values.seed ?? String(Math.trunc(Math.random() * 2 ** 31)),
    },
  },
);
process.exit(status ?? 1);
