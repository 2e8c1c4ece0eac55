import type { KeyObject } from 'node:crypto';
import { leafHash, openCheckpoint, type Checkpoint } from '@restartix/crypto';
import { ExportLines, type ExportLine } from './export-line';
import { isHash, ProofWalk } from './proof-walk';
import { Finding, type Fault, type Line, type Verdict } from './verdict';

/** The form this verifier knows, by the name in the first line. */
const FORMAT = 'restartix-audit-export/1';

/** The checkpoint of a note under the pinned keys. Throws a {@link Finding}. */
export function openPinned(note: string, pinned: readonly KeyObject[]): Checkpoint {
  try {
    return openCheckpoint(note, pinned);
  } catch {
    throw new Finding('note');
  }
}

/**
 * Checks an export (see README.md), given as pages of lines, against the pinned keys: every event is the one that was
 * recorded, at its place, under the signed root, and none is left out from the first place on. Names the first bad
 * entry. Below the place `pastTerm` events may be absent: their term has passed, and their leaf hashes stand for them.
 */
export async function verifyExport(
  pages: AsyncIterable<readonly string[]>,
  pinned: readonly KeyObject[],
  pastTerm = 0,
): Promise<Verdict> {
  const verifier = new ExportVerifier(pinned, pastTerm);
  try {
    for await (const page of pages) for (const text of page) verifier.take(text);
    return verifier.end();
  } catch (error) {
    if (error instanceof Finding) return error.verdict;
    throw error;
  }
}

/** What the head of an export says. */
interface Head {
  first: number;
  checkpoint: Checkpoint;
  walk: ProofWalk;
}

/** Takes the lines of an export one after another; throws a {@link Finding} at the first that is wrong. */
class ExportVerifier {
  private readonly lines = new ExportLines();
  private head: Head | undefined;
  /** Place of the next entry; null before the head. */
  private place: number | null = null;
  private isOver = false;

  constructor(
    private readonly pinned: readonly KeyObject[],
    private readonly pastTerm: number,
  ) {}

  take(text: string): void {
    const entry = this.isOver ? null : this.lines.read(text, this.place);
    if (!entry) throw new Finding(this.isOver ? 'end' : 'form', this.place);
    if (!this.head || this.place === null) return this.begin(entry.line);
    const { size } = this.head.checkpoint;
    if (this.place === size) return this.finish(entry.line, size);
    if ('end' in entry.line) throw new Finding('end', this.place);
    this.verify(entry, this.place, this.head);
    this.place += 1;
  }

  /** The verdict after the last line. Throws a {@link Finding} when lines are missing. */
  end(): Verdict {
    if (!this.head || !this.isOver) throw new Finding('end', this.place);
    const { first, checkpoint } = this.head;
    const { origin, size } = checkpoint;
    return { ok: true, origin, size, checked: size - first };
  }

  private begin({ format, first, checkpoint: note }: Line): void {
    if (format !== FORMAT || !isPlace(first)) throw new Finding('form');
    const checkpoint = openPinned(String(note), this.pinned);
    this.head = { first, checkpoint, walk: new ProofWalk(checkpoint.size, checkpoint.root) };
    this.place = Math.min(first, checkpoint.size);
  }

  private finish(line: Line, size: number): void {
    if (line['end'] !== size) throw new Finding('end', size);
    this.isOver = true;
  }

  private verify(entry: ExportLine, place: number, head: Head): void {
    const { event_id: given, leaf_index } = entry.line;
    const id = typeof given === 'string' ? given : null;
    const fault = leaf_index === place ? this.faultOf(entry, id, place, head) : 'place';
    if (fault) throw new Finding(fault, place, id);
  }

  private faultOf(
    entry: ExportLine,
    id: string | null,
    place: number,
    { checkpoint, walk }: Head,
  ): Fault | null {
    const { event, leaf_hash: hash, proof } = entry.line;
    const hashes = (proof ?? [null]) as unknown[];
    if (!isHash(hash) || !walk.holdsHashes(hashes)) return 'form';
    const leaf = Buffer.from(hash, 'hex');
    if (event !== null) {
      const fault = eventFault(entry, id, leaf, checkpoint.origin);
      if (fault) return fault;
    } else if (place >= this.pastTerm) return 'event';
    return walk.leadsToRoot(leaf, place, hashes) ? null : 'proof';
  }
}

function eventFault(
  { line, eventText }: ExportLine,
  id: string | null,
  leaf: Buffer,
  origin: string,
): Fault | null {
  const event = line['event'] as Line | undefined;
  if (event?.['event_id'] !== id || !leafHash(eventText).equals(leaf)) return 'event';
  return `${event['organization_id']}` === origin.split('/').at(-1) ? null : 'organization';
}

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
