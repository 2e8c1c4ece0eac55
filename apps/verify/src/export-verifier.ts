import type { KeyObject } from 'node:crypto';
import { canonicalJson, openCheckpoint, verifyInclusion, type Checkpoint } from '@restartix/crypto';
import { isRecorded } from './event-text';
import { Finding, type Line, type Verdict } from './verdict';

/** The form this verifier knows, by the name in the first line. */
const FORMAT = 'restartix-audit-export/1';
const HASH = /^[0-9a-f]{64}$/;

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
    for (let index = head['first']; index < checkpoint.size; index += 1) {
      const line = parsed(await next(reader), index);
      if ('end' in line) throw new Finding('end', index);
      verifyEntry(line, index, checkpoint, pastTerm);
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

function verifyEntry(line: Line, index: number, { origin, size, root }: Checkpoint, pastTerm: number): void {
  const event = line['event'] as Line | null;
  const id = typeof line['event_id'] === 'string' ? line['event_id'] : null;
  const refuse = (fault: Finding['fault']): never => {
    throw new Finding(fault, index, id);
  };
  if (line['leaf_index'] !== index) refuse('place');
  const hashes = [line['leaf_hash'], ...((line['proof'] ?? [null]) as unknown[])];
  if (!hashes.every(isHash)) return refuse('form');
  const [leaf, ...proof] = hashes.map((hash) => Buffer.from(hash, 'hex')) as [Buffer, ...Buffer[]];
  if (event === null ? index >= pastTerm : !isRecorded(event, id, leaf)) refuse('event');
  if (event !== null && `${event['organization_id']}` !== origin.split('/').at(-1)) refuse('organization');
  if (!verifyInclusion(leaf, index, size, proof, root)) refuse('proof');
}

const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);
const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

async function next(reader: AsyncIterator<string>): Promise<string | null> {
  const { done, value } = await reader.next();
  return done ? null : value;
}

/** A line that is the canonical JSON of an object: nothing in it can be read in two ways. */
function parsed(line: string | null, index: number | null): Line {
  if (line === null) throw new Finding('end', index);
  let value: unknown;
  try {
    value = JSON.parse(line);
    if (typeof value === 'object' && value !== null && canonicalJson(value) === line) return value as Line;
  } catch {
    // not JSON, or not of a form that has canonical bytes
  }
  throw new Finding('form', index);
}
