import { parseArgs } from 'node:util';
import { audit } from './audit.chaos';
import { tableOf } from './table';

const USAGE = `npm run chaos -- audit [--operations 100000] [--seed N]

  audit   acknowledged, audited operations while services, databases, Redis, the channel and the disk fail
`;

/** `npm run chaos -- NAME`: the exit code says whether everything that must be 0 is. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      operations: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    },
  });
  const [operations, seed] = [Number(values.operations), Number(values.seed)];
  if (positionals.join() !== 'audit' || !(operations >= 100) || !Number.isSafeInteger(seed)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`${operations} audited operations (seed ${seed})`);
  const result = await audit({ operations, seed, say });
  say(`\n${tableOf(result)}`);
  return Object.values(result.findings.zeros).every((count) => count === 0) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
