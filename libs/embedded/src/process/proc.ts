import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process named so that a recycled process id is not mistaken for it. */
export interface ProcessMark {
  pid: number;
  /** Clock ticks after boot, field 22 of /proc/pid/stat. */
  startTime: string;
}

/** The mark of a live process; undefined when there is none, or it is only waiting to be reaped. */
export function markOf(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.startTime === mark.startTime;
}

/** Ids of live processes whose working directory is `directory`. */
export function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingDirectory(pid) === directory && markOf(pid));
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
