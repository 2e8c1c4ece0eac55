/** Door of `npm run flood -- --requests 100000 [--seed N]`: the spec of the flood, at the size asked for. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from '../../bootstrap.mjs';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
ensureInstalled();
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', 'apps/lab/test/flood.spec.ts'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      FLOOD_REQUESTS: values.requests,
      FLOOD_SEED: values.seed ?? String(Math.trunc(Math.random() * 2 ** 31)),
    },
  },
);
process.exit(status ?? 1);
