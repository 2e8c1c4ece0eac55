import { readFileSync } from 'node:fs';
import { AuditStoreRepository } from './audit-store.repository';
import { EvidenceNeeded, verifyNotes, type Evidence } from './consistency-verifier';
import { Copy } from './copy';
import { Findings, statesOf, verifyCopies, verifyDatabase } from './database-verifier';
import { verifyExport } from './export-verifier';
import { linesOf } from './lines';
import type { LogFinding, LogVerdict } from './log-finding';
import { readOptions, USAGE, UsageError, type Options } from './options';
import type { Verdict } from './verdict';

async function main(): Promise<number> {
  const verdict = await answer(readOptions());
  print(verdict);
  return verdict.ok ? 0 : 1;
}

async function answer(options: Options): Promise<Verdict | LogVerdict> {
  if (options.consistency) return consistency(options);
  if (options.file) return verifyExport(linesOf(options.file), options.pinned, Number(options['past-term']));
  if (options.copy || options.database) return logs(options);
  throw new UsageError('What is to be checked?');
}

/** The copy first: a database that is in use is then always at least as far. */
async function logs(options: Options): Promise<LogVerdict> {
  const { pinned, settled, droppedBefore, database } = options;
  let left = Number(options.limit);
  const findings = new Findings((finding: LogFinding) => left-- > 0 && print(finding));
  const copy = options.copy ? new Copy(options.copy) : null;
  const proven = copy ? await verifyCopies(copy, pinned, findings.report) : new Map();
  if (!database) return findings.verdict(statesOf(proven));
  const asked = { settled, droppedBefore };
  return AuditStoreRepository.read(database, async (store) =>
    findings.verdict(await verifyDatabase(store, copy, proven, pinned, asked, findings.report)),
  );
}

async function consistency({ notes, proof, copy, database, pinned }: Options): Promise<Verdict> {
  const [earlier, later] = notes;
  if (!earlier || !later)
    throw new UsageError('Two notes are needed: the one that was kept, and a newer one');
  const pair = { earlier: readFileSync(earlier, 'utf8'), later: readFileSync(later, 'utf8') };
  const judge = (evidence: Evidence) => verifyNotes(pair, evidence, pinned);
  if (proof) {
    const { data } = JSON.parse(readFileSync(proof, 'utf8')) as { data: { hashes: string[] } };
    return judge({ proof: data.hashes });
  }
  if (copy) return judge({ leaves: ({ origin, size }) => new Copy(copy).hashes(logOf(origin), size) });
  if (!database) return judge(null);
  return AuditStoreRepository.read(database, (store) =>
    judge({ leaves: ({ origin, size }) => store.hashes(logOf(origin), size) }),
  );
}

const logOf = (origin: string): number => Number(origin.split('/').at(-1));

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof EvidenceNeeded ? `${message}\n` : `${message}\n\n${USAGE}`);
    process.exitCode = 2;
  },
);
