import { canonicalJson } from '@restartix/crypto';
import { canonicalObject } from './canonical-text';
import { isHash } from './proof-walk';
import type { Line } from './verdict';

/** A line as it was understood: an object of JSON in its one canonical form. */
export interface ExportLine {
  line: Line;
  /** The canonical JSON of its event: what was hashed. */
  eventText: string;
}

const ID = /^[0-9a-f-]{36}$/;

/** What stands around the values of an entry, in the order of their names. */
const [EVENT, EVENT_ID, LEAF_HASH] = ['{"event":', ',"event_id":"', '","leaf_hash":"'];
const [ID_LENGTH, HASH_LENGTH] = [36, 64];
/** A hash of a proof with its quotes and the comma before or the bracket around it. */
const STEP = HASH_LENGTH + 3;

/**
 * Reads the lines of an export one after another. An entry whose fields stand where the entry before leads one to
 * expect them is taken apart by position, and only its event parsed: most of a line is its proof, and most of a proof
 * stands in the line before. Everything else is parsed whole. Both ways give the same of the same line.
 */
export class ExportLines {
  /** The proof of the last entry, and how it was written. */
  private proof: readonly string[] = [];
  private written = ']}';

  /** The line; null for text that is no canonical JSON of an object. `place`: the entry that is expected, if one is. */
  read(text: string, place: number | null): ExportLine | null {
    return (place === null ? null : this.entry(text, place)) ?? parsed(text);
  }

  /** The entry of a place, taken apart by position; null where something stands otherwise. */
  private entry(text: string, place: number): ExportLine | null {
    const middle = `","leaf_index":${place},"proof":[`;
    const usual = text.length - this.written.length - middle.length;
    const hashEnd = text.startsWith(middle, usual) ? usual : text.lastIndexOf(middle);
    const idAt = hashEnd - HASH_LENGTH - LEAF_HASH.length - ID_LENGTH;
    const eventEnd = idAt - EVENT_ID.length;
    if (eventEnd <= EVENT.length || !hasNames(text, eventEnd, idAt + ID_LENGTH)) return null;
    const id = text.slice(idAt, idAt + ID_LENGTH);
    const hash = text.slice(hashEnd - HASH_LENGTH, hashEnd);
    const proof =
      ID.test(id) && isHash(hash) ? this.proofIn(text.slice(hashEnd + middle.length), place) : null;
    const eventText = text.slice(EVENT.length, eventEnd);
    const event = proof ? canonicalObject(eventText, 1) : undefined;
    if (!proof || event === undefined) return null;
    return { line: { event, event_id: id, leaf_hash: hash, leaf_index: place, proof }, eventText };
  }

  /** The hashes of a proof; those that neighbours share are the very ones of the entry before. */
  private proofIn(written: string, place: number): readonly string[] | null {
    const steps = (written.length - 1) / STEP;
    if (!Number.isInteger(steps) || steps < 1 || !written.endsWith(']}')) return null;
    const shared = this.sharedSteps(written, steps, place);
    const proof: string[] = [];
    for (let step = 0; step < steps - shared; step += 1) {
      const hash = written.slice(step * STEP + 1, step * STEP + 1 + HASH_LENGTH);
      const around =
        written[step * STEP] === '"' &&
        written.startsWith(step + 1 < steps ? '",' : '"]', step * STEP + 1 + HASH_LENGTH);
      if (!around || !isHash(hash)) return null;
      proof.push(hash);
    }
    proof.push(...this.proof.slice(this.proof.length - shared));
    this.proof = proof;
    this.written = written;
    return proof;
  }

  /** How many steps at the end of a proof are written as they were in the entry before. */
  private sharedSteps(written: string, steps: number, place: number): number {
    const usual = steps - (32 - Math.clz32(place ^ (place - 1)));
    if (usual < 1 || this.proof.length !== steps) return 0;
    const from = (steps - usual) * STEP;
    return written.slice(from) === this.written.slice(from) ? usual : 0;
  }
}

/** Whether the names of an entry's first fields stand where they should. */
function hasNames(text: string, eventEnd: number, idEnd: number): boolean {
  return text.startsWith(EVENT) && text.startsWith(EVENT_ID, eventEnd) && text.startsWith(LEAF_HASH, idEnd);
}

function parsed(text: string): ExportLine | null {
  const line = canonicalObject(text);
  if (!line) return null;
  const { event = null } = line;
  return { line, eventText: canonicalJson(event) };
}
