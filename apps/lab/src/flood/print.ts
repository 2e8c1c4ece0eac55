import { curlLine } from '../fuzz/request';
import type { FloodCounts, Leak } from './flood';

/** What one part of a flood sent and got. */
export function printCounts(part: string, { sent, cancelled, statuses, ...lost }: FloodCounts): void {
  const counts = Object.entries(statuses).map(([status, count]) => `${status} × ${count}`);
  const { cut, unanswered } = lost;
  const rest = `cancelled × ${cancelled}  cut off × ${cut.length}  none × ${unanswered.length}`;
  process.stdout.write(`flood, ${part}: ${sent} requests: ${counts.join('  ')}  ${rest}\n`);
  for (const request of unanswered.slice(0, 10)) process.stdout.write(`NO ANSWER ${curlLine('', request)}\n`);
}

/** How many foreign rows were seen, and where. */
export function printLeaks(leaks: readonly Leak[], own: number, seed: number): void {
  process.stdout.write(
    `flood: ${leaks.length} answers with foreign rows; own data seen ${own} times; seed ${seed}\n`,
  );
  for (const { request, found } of leaks.slice(0, 10)) {
    process.stdout.write(`FOREIGN ${found.slice(0, 3).join(', ')}\n  ${curlLine('', request)}\n`);
  }
}
