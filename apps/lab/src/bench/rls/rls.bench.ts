import { deepStrictEqual } from 'node:assert';
import { performance } from 'node:perf_hooks';
import type { Figure, Finding } from '../figure';
import { compare, type Bench, type BenchOptions, type Side } from '../harness';
import { quantile } from '../statistics';
import { Clinics, type Reader } from '../clinics';

/** Reads of a slice; a round has so many slices of each side. */
const READS = 150;
const SLICES = 10;

const ONE = { better: 'smaller', floor: 1.5, goal: 1.15, stretch: 1 } as const;
const LIST = { better: 'smaller', floor: 1.8, goal: 1.35, stretch: 1.2 } as const;

const ONE_ROW = 'select * from patients p where p.id = $1 and p.deleted_at is null';
const PAGE = 'select * from patients p where p.deleted_at is null order by p.created_at desc, p.id limit $1';
const PAGE_SIZE = 20;

/** What an application without policies has to say itself, in every statement, and must never forget. */
const CONDITIONS: Record<Reader['role'], string> = {
  org_admin: 'p.organization_id = $2 and $3::uuid is not null',
  specialist: `p.organization_id = $2 and exists (
    select 1 from care_relationships c join specialists s
      on s.organization_id = c.organization_id and s.id = c.specialist_id
     where c.organization_id = p.organization_id and c.patient_id = p.id and c.closed_at is null and s.user_id = $3)`,
};

type Read = 'one row, µs' | 'list of 20, µs';

export const RLS: Bench = {
  name: 'rls',
  about: 'a unit of work under row-level security ÷ a plain autocommit read of the same rows, p50',
  async run(options: BenchOptions): Promise<Finding[]> {
    const clinics = await Clinics.open();
    try {
      const findings: Finding[] = [];
      for (const role of ['org_admin', 'specialist'] as const) {
        const reader = await clinics.reader(role);
        options.say(`  as ${role}`);
        findings.push(...(await measure(clinics, reader, options)));
        await assertSameRows(clinics, reader);
      }
      options.say(
        '  Both sides read the same rows; units of the other organization, and of nobody, read none.',
      );
      return findings;
    } finally {
      await clinics.close();
    }
  },
};

async function measure(clinics: Clinics, reader: Reader, options: BenchOptions): Promise<Finding[]> {
  const { role } = reader;
  const unit: Side<Read> = {
    name: 'unit',
    measure: () =>
      clinics.as(reader, async () => ({
        'one row, µs': await timeOf((n) => clinics.uow.read(ONE_ROW, [patientOf(reader, n)])),
        'list of 20, µs': await timeOf(() => clinics.uow.read(PAGE, [PAGE_SIZE])),
      })),
  };
  const plain: Side<Read> = {
    name: 'plain',
    measure: async () => ({
      'one row, µs': await timeOf((n) => readPlain(clinics, reader, ONE_ROW, patientOf(reader, n))),
      'list of 20, µs': await timeOf(() => readPlain(clinics, reader, PAGE, PAGE_SIZE)),
    }),
  };
  const ratios = await compare<Read>(unit, plain, options, SLICES);
  const figure = (what: string, marks: typeof ONE | typeof LIST): Figure => ({
    name: `${what}, ${role}`,
    ...marks,
  });
  return [
    { figure: figure('one row', ONE), spread: ratios['one row, µs'] },
    { figure: figure('list of 20', LIST), spread: ratios['list of 20, µs'] },
  ];
}

const patientOf = ({ patients }: Reader, n: number): string => patients[n % patients.length] as string;

function readPlain(
  clinics: Clinics,
  reader: Reader,
  text: string,
  value: unknown,
): Promise<{ id: string }[]> {
  const conditions = `where ${CONDITIONS[reader.role]} and `;
  return clinics.plain.query(text.replace('where ', conditions), [
    value,
    reader.organizationId,
    reader.userId,
  ]);
}

/** The middle of what one call takes, in microseconds, over many calls one after another. */
async function timeOf(call: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < READS; n += 1) {
    const start = performance.now();
    await call(n);
    times.push(performance.now() - start);
  }
  return quantile(times, 0.5) * 1000;
}

/** Throws unless the unit shows exactly what the conditions written by hand show, and strangers nothing. */
async function assertSameRows(clinics: Clinics, reader: Reader): Promise<void> {
  const stranger = await clinics.reader(reader.role, 2);
  const nobody = { ...reader, organizationId: null };
  for (const [text, value, count] of [
    [ONE_ROW, patientOf(reader, 7), 1],
    [PAGE, PAGE_SIZE, PAGE_SIZE],
  ] as const) {
    const read = (who: Parameters<Clinics['as']>[0]) =>
      clinics.as(who, () => clinics.uow.read<{ id: string; organization_id: number }>(text, [value]));
    const rows = await read(reader);
    deepStrictEqual(rows, await readPlain(clinics, reader, text, value));
    deepStrictEqual(rows.length, count);
    const foreign = (await read(stranger)).filter((row) => row.organization_id !== stranger.organizationId);
    deepStrictEqual([...foreign, ...(await read(nobody))], []);
  }
}
