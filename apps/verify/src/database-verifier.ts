import type { KeyObject } from 'node:crypto';
import type { AuditStoreRepository } from './audit-store.repository';
import type { Copy } from './copy';
import { verifyCopy, type ProvenCopy } from './copy-verifier';
import { headsOf } from './heads';
import { lawfulDrops } from './lawful-drops';
import type { LogFinding, LogState, LogVerdict, Report } from './log-finding';
import { LogVerifier, type Asked } from './log-verifier';

export type ProvenCopies = ReadonlyMap<number, ProvenCopy>;

/** Counts what is found and passes it on. */
export class Findings {
  private count = 0;
  private first: LogFinding | null = null;

  constructor(private readonly print: Report = () => undefined) {}

  readonly report: Report = (finding) => {
    this.count += 1;
    if (!this.first || (!this.first.event_id && finding.event_id)) this.first = finding;
    this.print(finding);
  };

  verdict(logs: LogState[]): LogVerdict {
    return { ok: this.count === 0, faults: this.count, first: this.first, logs };
  }
}

/** Checks the copy of every log; how far each is proven. Done before a database that is in use is read. */
export async function verifyCopies(
  copy: Copy,
  pinned: readonly KeyObject[],
  report: Report,
): Promise<ProvenCopies> {
  const proven = new Map<number, ProvenCopy>();
  for (const id of await copy.organizations()) proven.set(id, await verifyCopy(copy, id, pinned, report));
  return proven;
}

/** What there is to say of copies alone. */
export const statesOf = (proven: ProvenCopies): LogState[] =>
  [...proven].map(([organization_id, { leaves }]) => ({
    organization_id,
    copied: leaves,
    stored: 0,
    dropped: 0,
    unsealed: 0,
  }));

/** Checks every log of a database against the proven part of its copy, and what is behind it against itself. */
export async function verifyDatabase(
  store: AuditStoreRepository,
  copy: Copy | null,
  proven: ProvenCopies,
  pinned: readonly KeyObject[],
  asked: Asked,
  report: Report,
): Promise<LogState[]> {
  const ids = new Set([...proven.keys(), ...(await store.organizations())]);
  const states: LogState[] = [];
  for (const id of [...ids].sort((one, other) => one - other)) {
    const roots = await storedRoots(store, id, pinned, proven.get(id), report);
    const drops = lawfulDrops(await store.drops(id));
    const log = new LogVerifier(store, id, roots, drops, asked, report);
    const copied = proven.get(id)?.leaves ?? 0;
    if (copy && copied > 0) await log.againstCopy(copy.leaves(id, copied));
    await log.againstItself();
    states.push(log.state);
  }
  for (const { event_id, organization_id } of await store.strays()) {
    report({ where: 'database', organization_id, fault: 'stray', event_id });
  }
  return states;
}

/** The signed roots of the checkpoints a database has; one that the copy knows is never missing. */
async function storedRoots(
  store: AuditStoreRepository,
  organizationId: number,
  pinned: readonly KeyObject[],
  copied: ProvenCopy | undefined,
  report: Report,
): Promise<ReadonlyMap<number, Buffer>> {
  const notes = await store.notes(organizationId);
  const { roots, bad } = headsOf(notes, organizationId, pinned);
  const other = notes.filter(({ size, root }) => roots.get(size) && !roots.get(size)?.equals(root));
  const has = new Set(notes.map(({ size }) => size));
  const gone = [...(copied?.roots.keys() ?? [])].filter((size) => !has.has(size));
  const faults = [...bad, ...other.map(({ size }) => size), ...gone];
  for (const size of faults.sort((one, next) => one - next)) {
    report({ where: 'database', organization_id: organizationId, fault: 'note', size });
  }
  return roots;
}
