import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 400;
const MEBIBYTE_KB = 1024;

interface CpuTime {
  busy: number;
  all: number;
}

/** Ticks of all processors since the machine started; of one waiting for a disk counts as idle. */
function cpuTime(): CpuTime {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = ticks;
  const all = ticks.reduce((sum, count) => sum + count, 0);
  return { busy: all - idle - waiting, all };
}

/** Which share of the machine's processors (0 to 1) worked while the caller waited a moment. */
export async function busyShare(): Promise<number> {
  const before = cpuTime();
  await sleep(LOOK_MS);
  const after = cpuTime();
  return (after.busy - before.busy) / Math.max(1, after.all - before.all);
}

/** Waits until nearly nothing else runs, or the patience is over. Answers the busy share it last saw. */
export async function untilQuiet(patienceMs: number, quiet = 0.15): Promise<number> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const share = await busyShare();
    if (share <= quiet || Date.now() >= until) return share;
  }
}

/** What this process may run on, as it was started: of a pinned process the system tells its own processors only. */
export const ALL_PROCESSORS: readonly number[] = Array.from(
  { length: availableParallelism() },
  (_, core) => core,
);

/** One processor for what is measured and the others for whatever else runs; the same for both where there is one. */
export function sharedProcessors(): { measured: readonly number[]; others: readonly number[] } {
  const all = ALL_PROCESSORS;
  return { measured: all.slice(0, 1), others: all.length > 1 ? all.slice(1) : all };
}

/** Keeps a process, every thread of it, on some processors. Answers whether it could: `taskset` may be missing. */
export function pin(pid: number, cores: readonly number[]): boolean {
  if (ALL_PROCESSORS.length < 2) return false;
  const { status } = spawnSync('taskset', [
    '--all-tasks',
    '--cpu-list',
    '--pid',
    cores.join(','),
    String(pid),
  ]);
  return status === 0;
}

/** What of a process is in memory now. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / MEBIBYTE_KB;
}
