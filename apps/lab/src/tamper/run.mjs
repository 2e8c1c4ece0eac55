/** Door of `npm run tamper -- --attacks 1000 [--seed N]`: the spec of the attacks, at the size asked for. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from '../../bootstrap.mjs';

const { values } = parseArgs({
  options: { attacks: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
ensureInstalled();
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', 'apps/verify/test/tamper.e2e.spec.ts'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      TAMPER_ATTACKS: values.attacks,
      TAMPER_SEED: values.seed ?? String(Math.trunc(Math.random() * 2 ** 31)),
    },
  },
);
process.exit(status ?? 1);
