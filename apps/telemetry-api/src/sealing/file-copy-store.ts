import { mkdir, open, readdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkpointLine, eventLines, leafLines, padded } from './copy-lines';
import { CopyStore, type CopiedLeaf, type CopyPosition } from './copy-store.port';

/** Leaves per file: files that are full are never written again. */
const SEGMENT = 65_536;
/** Longer than the last line of a file whose lines are read back. */
const TAIL_BYTES = 4_096;
const LINE_FEED = 10;

const segmentOf = (leafIndex: number): number => leafIndex - (leafIndex % SEGMENT);

/**
 * The copy as files of JSON lines: <organization>/leaves-<first>.ndjson, events-<first>.ndjson, checkpoints.ndjson.
 * Files only grow and are synchronised before an answer. A crash may leave half a line; the next writer ends it with
 * a line feed and writes the line again, so a reader passes over lines that are not JSON.
 */
export class FileCopyStore extends CopyStore {
  readonly name = 'fileCopy';

  constructor(private readonly root: string) {
    super();
  }

  async position(organizationId: number): Promise<CopyPosition> {
    const [leaf, checkpoint] = await Promise.all([
      this.leaves(organizationId),
      lastLine<{ size: number }>(this.path(organizationId, 'checkpoints')),
    ]);
    return { leaves: leaf, checkpoint: checkpoint?.size ?? 0 };
  }

  /** Events first: a leaf that is there has its event there. */
  async addLeaves(organizationId: number, leaves: readonly CopiedLeaf[]): Promise<void> {
    for (const segment of new Set(leaves.map(({ leaf_index }) => segmentOf(leaf_index)))) {
      const part = leaves.filter(({ leaf_index }) => segmentOf(leaf_index) === segment);
      await append(this.path(organizationId, `events-${padded(segment)}`), eventLines(part));
      await append(this.path(organizationId, `leaves-${padded(segment)}`), leafLines(part));
    }
  }

  async addCheckpoint(organizationId: number, size: number, note: string): Promise<void> {
    await append(this.path(organizationId, 'checkpoints'), [checkpointLine(size, note)]);
  }

  private async leaves(organizationId: number): Promise<number> {
    const names = await readdir(join(this.root, String(organizationId))).catch(absent<string[]>([]));
    const last = names
      .filter((name) => name.startsWith('leaves-'))
      .sort()
      .at(-1);
    if (!last) return 0;
    const name = last.replace('.ndjson', '');
    const leaf = await lastLine<{ leaf_index: number }>(this.path(organizationId, name));
    return leaf ? leaf.leaf_index + 1 : Number(name.replace('leaves-', ''));
  }

  private path(organizationId: number, name: string): string {
    return join(this.root, String(organizationId), `${name}.ndjson`);
  }
}

/** Stands in for what is not there yet; any other failure stays one. */
const absent =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };

async function append(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const torn = size > 0 && (await tail(file, 1))[0] !== LINE_FEED;
    await file.appendFile(`${torn ? '\n' : ''}${lines.join('\n')}\n`);
    await file.sync();
    if (size === 0) await syncDirectory(dirname(path));
  } finally {
    await file.close();
  }
}

/** A new file is safe once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  for (const place of [path, dirname(path)]) {
    const directory = await open(place, 'r');
    await directory.sync().finally(() => directory.close());
  }
}

async function tail(file: FileHandle, bytes: number): Promise<Buffer> {
  const { size } = await file.stat();
  const length = Math.min(bytes, size);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer;
}

/** The last whole line of a file; null when it has none. Half a line at the end does not count. */
async function lastLine<T>(path: string): Promise<T | null> {
  const file = await open(path, 'r').catch(absent(null));
  if (!file) return null;
  try {
    const lines = (await tail(file, TAIL_BYTES)).toString().split('\n').slice(0, -1);
    for (const line of lines.reverse()) {
      const value = parsed<T>(line);
      if (value) return value;
    }
    return null;
  } finally {
    await file.close();
  }
}

function parsed<T>(line: string): T | null {
  try {
    return JSON.parse(line) as T;
  } catch {
    return null;
  }
}
