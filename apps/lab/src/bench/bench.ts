import { parseArgs } from 'node:util';
import { runBenches, type Bench } from './harness';
import { REQUEST_OVERHEAD } from './request-overhead/request-overhead.bench';
import { RLS } from './rls/rls.bench';

const BENCHES: readonly Bench[] = [RLS, REQUEST_OVERHEAD];

const USAGE = `npm run bench -- NAME … [--rounds 5] [--patience 10]

${BENCHES.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}

  --rounds     blocks of each side that are compared
  --patience   seconds a block waits for a quiet machine
`;

/** `npm run bench -- NAME`: runs benches; the exit code says whether every figure reached its floor. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      patience: { type: 'string', default: '10' },
    },
  });
  const [rounds, patienceMs] = [Number(values.rounds), Number(values.patience) * 1000];
  const chosen = BENCHES.filter(({ name }) => positionals.includes(name));
  const isKnown = chosen.length === new Set(positionals).size && chosen.length > 0;
  if (!isKnown || !(rounds >= 1) || !(patienceMs >= 0)) {
    process.stderr.write(USAGE);
    return 1;
  }
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  return (await runBenches(chosen, { rounds, patienceMs, say })) ? 0 : 1;
}

main()
  .then((code) => process.exit(code))
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
