import type { KeyObject } from 'node:crypto';
import { canonicalJson, leafHash, openCheckpoint, type Checkpoint } from '@restartix/crypto';
import { isHash, ProofWalk } from './proof-walk';
import { Finding, type Line, type Verdict } from './verdict';

/** The form this verifier knows, by the name in the first line. */
const FORMAT = 'restartix-audit-export/1';
const USUAL_DEPTH = 16;

/** The checkpoint of a note under the pinned keys. Throws a {@link Finding}. */
export function openPinned(note: string, pinned: readonly KeyObject[]): Checkpoint {
  try {
    return openCheckpoint(note, pinned);
  } catch {
    throw new Finding('note');
  }
}

/**
 * Checks an export (see README.md) line by line against the pinned keys: every event is the one that was recorded, at
 * its place, under the signed root, and none is left out from the first place on. Names the first bad entry. Below the
 * place `pastTerm` events may be absent: their term has passed, and their leaf hashes stand for them.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  pinned: readonly KeyObject[],
  pastTerm = 0,
): Promise<Verdict> {
  const reader = lines[Symbol.asyncIterator]();
  try {
    const head = parsed(await next(reader), null);
    if (head['format'] !== FORMAT || !isPlace(head['first'])) throw new Finding('form');
    const checkpoint = openPinned(String(head['checkpoint']), pinned);
    const walk = new ProofWalk(checkpoint.size, checkpoint.root);
    for (let index = head['first']; index < checkpoint.size; index += 1) {
      const entry = read(await next(reader), index);
      if ('end' in entry.line) throw new Finding('end', index);
      verifyEntry(entry, index, { origin: checkpoint.origin, walk, pastTerm });
    }
    if (parsed(await next(reader), checkpoint.size)['end'] !== checkpoint.size)
      throw new Finding('end', checkpoint.size);
    if ((await next(reader)) !== null) throw new Finding('end', checkpoint.size);
    const { origin, size } = checkpoint;
    return { ok: true, origin, size, checked: size - head['first'] };
  } catch (error) {
    if (error instanceof Finding) return error.verdict;
    throw error;
  }
}

interface Log {
  origin: string;
  walk: ProofWalk;
  pastTerm: number;
}

function verifyEntry(entry: Entry, index: number, log: Log): void {
  const { line } = entry;
  const id = typeof line['event_id'] === 'string' ? line['event_id'] : null;
  const fault = line['leaf_index'] === index ? faultOf(entry, id, index, log) : 'place';
  if (fault) throw new Finding(fault, index, id);
}

function faultOf(entry: Entry, id: string | null, index: number, log: Log): Finding['fault'] | null {
  const { event, leaf_hash: hash, proof } = entry.line;
  const hashes = (proof ?? [null]) as unknown[];
  if (!isHash(hash) || !log.walk.holdsHashes(hashes)) return 'form';
  const leaf = Buffer.from(hash, 'hex');
  if (event !== null) {
    const fault = eventFault(entry, id, leaf, log);
    if (fault) return fault;
  } else if (index >= log.pastTerm) return 'event';
  return log.walk.leadsToRoot(leaf, index, hashes) ? null : 'proof';
}

function eventFault(
  { line, eventText }: Entry,
  id: string | null,
  leaf: Buffer,
  { origin }: Log,
): Finding['fault'] | null {
  const event = line['event'] as Line | undefined;
  if (event?.['event_id'] !== id || !leafHash(eventText).equals(leaf)) return 'event';
  return `${event['organization_id']}` === origin.split('/').at(-1) ? null : 'organization';
}

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

async function next(reader: AsyncIterator<string>): Promise<string | null> {
  const { done, value } = await reader.next();
  return done ? null : value;
}

interface Entry {
  line: Line;
  /** The canonical JSON of its event: what was hashed. */
  eventText: string;
}

/** A line that is the canonical JSON of an object: nothing in it can be read in two ways. */
function parsed(text: string | null, index: number | null): Line {
  return read(text, index).line;
}

function read(text: string | null, index: number | null): Entry {
  if (text === null) throw new Finding('end', index);
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && isCanonical(line, text)) {
      const { event = null } = line as Line;
      return { line: line as Line, eventText: JSON.stringify(event) };
    }
  } catch {
    // not JSON, or not of a form that has canonical bytes
  }
  throw new Finding('form', index);
}

/** An escape by number, or half a pair: texts that need a closer look. */
const UNUSUAL = /\\u|[\ud800-\udfff]/;

/**
 * Whether a line is the canonical JSON of what it says. Told without writing it anew where the usual is at hand: plain
 * texts, names in order and whole numbers, written by JSON.stringify as they stand.
 */
function isCanonical(line: object, text: string): boolean {
  if (!UNUSUAL.test(text) && isOrdered(line) && JSON.stringify(line) === text) return true;
  return canonicalJson(line) === text;
}

/** Names sorted by UTF-16 code units, numbers whole and exact, at every depth that an event has. */
function isOrdered(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > USUAL_DEPTH) return false;
  return Array.isArray(value) ? value.every((item) => isOrdered(item, depth + 1)) : areOrdered(value, depth);
}

function areOrdered(value: object, depth: number): boolean {
  let last = '';
  for (const [name, item] of Object.entries(value)) {
    if (name < last || !isOrdered(item, depth + 1)) return false;
    last = name;
  }
  return true;
}
