import { Clinics, type Reader } from '../clinics';
import type { Figure, Finding } from '../figure';
import { compare, type BenchOptions, type Side } from '../harness';

const CONNECTIONS = 8;
/** Transactions of a block. */
const TRANSACTIONS = 1_600;

const COST: Figure = {
  name: 'transaction with its audit rows ÷ without',
  better: 'smaller',
  floor: 1.5,
  goal: 1.3,
  stretch: 1.2,
};

const CHANGE = `update patients set phone = $2, version = version + 1, updated_at = now() where id = $1 returning version`;
const PHONE = `e1.1.${'y'.repeat(56)}`;

/** Figure 4: a change of a patient in a unit of work, whose row trigger writes the event; and the same without the trigger. */
export async function transactionCost(options: BenchOptions): Promise<Finding[]> {
  const clinics = await Clinics.open(CONNECTIONS);
  try {
    const reader = await clinics.reader('specialist');
    let changes = 0;
    const side = (name: string, trigger: 'enable' | 'disable'): Side<'ms'> => ({
      name,
      measure: async () => {
        await clinics.plain.query(`alter table patients ${trigger} trigger audit`);
        const start = performance.now();
        await Promise.all(
          Array.from({ length: CONNECTIONS }, (_, worker) => work(clinics, reader, worker, changes)),
        );
        const milliseconds = (performance.now() - start) / TRANSACTIONS;
        if (trigger === 'enable') await takeEvents(clinics);
        changes += 1;
        return { ms: milliseconds };
      },
    });
    const ratios = await compare(side('audited', 'enable'), side('unaudited', 'disable'), options);
    options.say(
      `  Each block of ${TRANSACTIONS} audited changes left exactly as many events, old and new in each.`,
    );
    return [{ figure: COST, spread: ratios.ms }];
  } finally {
    await clinics.close();
  }
}

/** Patients of its own, so that workers do not wait for each other's rows. */
async function work(clinics: Clinics, reader: Reader, worker: number, block: number): Promise<void> {
  const own = reader.patients.filter((_, index) => index % CONNECTIONS === worker);
  for (let count = 0; count < TRANSACTIONS / CONNECTIONS; count += 1) {
    const phone = `${PHONE}${block}z${count}`; // never the value that stands there
    await clinics.as(reader, () =>
      clinics.uow.run(async () => {
        const rows = await clinics.uow.sql.query(CHANGE, [own[count % own.length], phone]);
        if (rows.length !== 1) throw new Error('A patient in care could not be changed');
      }),
    );
  }
}

/** Takes the events of a block out of the outbox. Throws unless there is one for each change. */
async function takeEvents(clinics: Clinics): Promise<void> {
  const [found] = await clinics.plain.query<{ events: number; changes: number }>(
    `select count(*)::int as events,
            (count(*) filter (where event -> 'details' -> 'changes' -> 'phone' ?& array['old', 'new']))::int as changes
       from audit_outbox where event ->> 'action' = 'update' and event ->> 'resource_type' = 'patient'`,
  );
  await clinics.plain.query('truncate audit_outbox');
  if (found?.events !== TRANSACTIONS || found.changes !== TRANSACTIONS)
    throw new Error(`${TRANSACTIONS} changes left ${JSON.stringify(found)}`);
}
