import type { FuzzReport } from './fuzz';

export const printProgress = (done: number): void => void process.stdout.write(`  … ${done} requests\n`);

/** What a run sent and got, route by route, and its failure as a line for a shell. */
export function printReport({ sent, answers, failure }: FuzzReport, seed: number): void {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  write(`fuzz: ${sent} requests, seed ${seed}`);
  for (const [route, statuses] of Object.entries(answers)) {
    const counts = Object.entries(statuses).map(
      ([status, count]) => `${status === '0' ? 'none' : status} × ${count}`,
    );
    write(`  ${route.padEnd(32)} ${counts.join('  ')}`);
  }
  if (!failure) return;
  write(`FAULT: ${failure.faults.join('; ')}`);
  write(`  ${failure.curl}`);
}
