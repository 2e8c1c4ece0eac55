/** Door of `npm run race -- --slots 200 --rivals 64`: the spec of the race for times, at the size asked for. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from '../../bootstrap.mjs';

const { values } = parseArgs({
  options: { slots: { type: 'string', default: '200' }, rivals: { type: 'string', default: '64' } },
});
ensureInstalled();
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', 'apps/lab/test/race.spec.ts'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, RACE_SLOTS: values.slots, RACE_RIVALS: values.rivals },
  },
);
process.exit(status ?? 1);
