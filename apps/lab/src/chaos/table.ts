import type { ChaosResult, FaultOutcome } from './audit.chaos';

const row = (name: string, ...cells: (string | number)[]) =>
  `  ${name.padEnd(52)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;

/** The result for people: what was done, what it cost, and what must be 0. */
export function tableOf({
  faults,
  findings,
  drainedAfterSeconds,
  sealing,
  diskWasFilled,
}: ChaosResult): string {
  const names = [...new Set(faults.map(({ name }) => name))].sort();
  return [
    row('fault', 'times', 'median s', 'longest s', 'most waiting', 'sent again'),
    ...names.map((name) =>
      line(
        name,
        faults.filter((fault) => fault.name === name),
      ),
    ),
    ...(diskWasFilled
      ? []
      : ['  telemetry disk full: SKIPPED, this system lets nobody mount in a user namespace']),
    '',
    row('operations acknowledged', findings.acknowledged),
    row('operations not acknowledged, sent again', findings.unacknowledged),
    row('events in the record', findings.events),
    row('seconds from the last answer to the last seal', drainedAfterSeconds.toFixed(1)),
    row('checkpoints behind, ms: half / 95 % of looks', sealing.half, sealing.most95),
    ...Object.entries(findings.zeros).map(([name, count]) => row(name, count)),
    '',
    `  verify-audit: ${findings.verifier}`,
  ].join('\n');
}

function line(name: string, faults: readonly FaultOutcome[]): string {
  const seconds = faults.map((fault) => fault.seconds).sort((one, other) => one - other);
  return row(
    name,
    faults.length,
    (seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(1),
    (seconds.at(-1) ?? 0).toFixed(1),
    Math.max(...faults.map(({ waiting }) => waiting)),
    faults.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0),
  );
}
