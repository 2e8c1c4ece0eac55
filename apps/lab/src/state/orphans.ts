import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, markOf, type ProcessMark } from '@restartix/embedded';
import type { LabFolder } from './lab-folder';

const FILE = 'processes.json';
/** How long a process of an earlier run may take to end by itself. */
const GRACE_MS = 10_000;

type Marks = Record<string, ProcessMark>;

/** Remembers the children of this run, so that the next one can end those that a killed lab left behind. */
export class ProcessRecord {
  #marks: Marks = {};

  constructor(private readonly folder: LabFolder) {}

  note(name: string, pid: number): void {
    const mark = markOf(pid);
    if (!mark) return;
    this.#marks[name] = mark;
    this.folder.write(FILE, this.#marks);
  }

  clear(): void {
    this.#marks = {};
    this.folder.remove(FILE);
  }
}

/** Ends what an earlier run left behind; a process id that now belongs to another program is left alone. Answers how many. */
export async function endOrphans(folder: LabFolder): Promise<number> {
  const left = Object.values(folder.read<Marks>(FILE) ?? {}).filter(isAlive);
  // Every child understands SIGINT as "end in order": to PostgreSQL it is the fast shutdown.
  for (const { pid } of left) signal(pid, 'SIGINT');
  const deadline = Date.now() + GRACE_MS;
  while (left.some(isAlive)) {
    if (Date.now() > deadline) for (const mark of left.filter(isAlive)) signal(mark.pid, 'SIGKILL');
    await sleep(20);
  }
  folder.remove(FILE);
  return left.length;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}
