import { parseArgs } from 'node:util';
import { runBenches, type Bench } from './harness';
import { REQUEST_OVERHEAD } from './request-overhead/request-overhead.bench';
import { BOOKING } from './booking/booking.bench';
import { SLOTS } from './slots/slots.bench';
import { AUDIT_INGEST } from './audit-ingest/audit-ingest.bench';
import { AUDIT_SCALE } from './audit-scale/audit-scale.bench';
import { DEGRADATION } from './degradation/degradation.bench';
import { FOOTPRINT } from './footprint/footprint.bench';
import { INGEST } from './ingest/ingest.bench';
import { OUTBOX } from './outbox/outbox.bench';
import { RLS } from './rls/rls.bench';
import { VERIFY } from './verify/verify.bench';

const BENCHES: readonly Bench[] = [
  RLS,
  REQUEST_OVERHEAD,
  DEGRADATION,
  AUDIT_INGEST,
  INGEST,
  OUTBOX,
  AUDIT_SCALE,
  VERIFY,
  FOOTPRINT,
  SLOTS,
  BOOKING,
];

const USAGE = `npm run bench -- NAME … [--rounds 5] [--patience 10] [--events N] [--minutes N]

${BENCHES.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}

  --rounds     blocks of each side that are compared
  --patience   seconds a block waits for a quiet machine
  --events     how many events audit-ingest, outbox, audit-scale and verify work on, in place of a small number
  --minutes    ingest only: a steady load for so long, and how the memory of telemetry-api grows
`;

/** `npm run bench -- NAME`: runs benches; the exit code says whether every figure reached its floor. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      patience: { type: 'string', default: '10' },
      events: { type: 'string' },
      minutes: { type: 'string' },
    },
  });
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const [rounds, patienceMs] = [Number(values.rounds), Number(values.patience) * 1000];
  const [events, minutes] = [number(values.events), number(values.minutes)];
  const chosen = BENCHES.filter(({ name }) => positionals.includes(name));
  const isKnown = chosen.length === new Set(positionals).size && chosen.length > 0;
  const isNumber = patienceMs >= 0 && [rounds, events ?? 1, minutes ?? 1].every((count) => count >= 1);
  if (!isKnown || !isNumber) {
    process.stderr.write(USAGE);
    return 1;
  }
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  return (await runBenches(chosen, { rounds, patienceMs, events, minutes, say })) ? 0 : 1;
}

main()
  .then((code) => process.exit(code))
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
