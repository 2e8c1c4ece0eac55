import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf } from './lines';
import type { Line } from './verdict';

/** A leaf as the copy has it; `event` is null where the copy has none. */
export interface CopiedLeaf {
  index: number;
  eventId: string;
  hash: Buffer;
  event: Line | null;
}

const HASH = /^[0-9a-f]{64}$/;

/** The copy of the audit logs outside of the database: a folder for each organization (README.md, "The copy"). */
export class Copy {
  constructor(private readonly path: string) {}

  /** The organizations it has logs of, in ascending order. */
  async organizations(): Promise<number[]> {
    const names = await readdir(this.path);
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((one, other) => one - other);
  }

  /** Every note it has of a log, with the size it stands under; in ascending order of size. */
  async notes(organizationId: number): Promise<{ size: number; note: string }[]> {
    const notes: { size: number; note: string }[] = [];
    for await (const { size, note } of this.lines(organizationId, 'checkpoints')) {
      if (typeof size === 'number' && typeof note === 'string') notes.push({ size, note });
    }
    return notes.sort((one, other) => one.size - other.size);
  }

  /** Leaves from the first on, in order, up to a size; ends before the first one that is not there. */
  async *leaves(organizationId: number, size: number): AsyncGenerator<CopiedLeaf> {
    const events = this.lines(organizationId, 'events');
    const eventAt = inOrder(events);
    try {
      let next = 0;
      for await (const line of this.lines(organizationId, 'leaves')) {
        const leaf = leafOf(line);
        if (next === size || !leaf || leaf.index > next) return;
        if (leaf.index < next) continue; // written again: the first one counts
        yield { ...leaf, event: await eventAt(next) };
        next += 1;
      }
    } finally {
      await events.return(undefined);
    }
  }

  /** The hashes of those leaves. */
  async *hashes(organizationId: number, size: number): AsyncGenerator<Buffer> {
    for await (const { hash } of this.leaves(organizationId, size)) yield hash;
  }

  /** Lines of all files of a kind, in the order of their names. What is no object of JSON is half a line of a crash. */
  private async *lines(organizationId: number, kind: string): AsyncGenerator<Line> {
    const folder = join(this.path, String(organizationId));
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((file) => /^(\w+)[-.]/.exec(file)?.[1] === kind).sort()) {
      for await (const page of linesOf(join(folder, name))) {
        for (const text of page) {
          const line = objectOf(text);
          if (line) yield line;
        }
      }
    }
  }
}

/** Reads on to the event of each place asked for, in ascending order; null for one that is not there. */
function inOrder(lines: AsyncGenerator<Line>): (place: number) => Promise<Line | null> {
  let line: IteratorResult<Line> | undefined;
  return async (place) => {
    line ??= await lines.next();
    while (!line.done && !(Number(line.value['leaf_index']) >= place)) line = await lines.next();
    const own = !line.done && line.value['leaf_index'] === place ? line.value['event'] : null;
    return (own ?? null) as Line | null;
  };
}

function leafOf(line: Line): Omit<CopiedLeaf, 'event'> | null {
  const { leaf_index: index, leaf_hash: hash, event_id: eventId } = line;
  if (typeof index !== 'number' || typeof eventId !== 'string') return null;
  return typeof hash === 'string' && HASH.test(hash)
    ? { index, eventId, hash: Buffer.from(hash, 'hex') }
    : null;
}

function objectOf(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}
