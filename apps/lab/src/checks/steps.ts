import { ACCESS_PAGE } from './access-page';
import { DEPENDENCY_CARD } from './dependency-card';
import { ENV_EXAMPLE } from './env-example';
import type { Check, CheckOptions, Fault } from './fault';
import { FORMAT } from './format';
import { INVENTORY, OPEN_API } from './generated-documents';
import { GRAPH } from './graph';
import { LINT } from './lint';
import { PORTABILITY } from './portability';
import { TEXT } from './text';
import { TREE } from './tree';
import { TYPES } from './types';

/** Every check, in the order they run: the quick ones that explain the others come first. */
export const CHECKS: readonly Check[] = [
  TREE,
  TEXT,
  DEPENDENCY_CARD,
  ENV_EXAMPLE,
  ACCESS_PAGE,
  PORTABILITY,
  FORMAT,
  LINT,
  GRAPH,
  TYPES,
  OPEN_API,
  INVENTORY,
];

const SHOWN = 40;

export interface Tally {
  passed: number;
  failed: number;
}

/** Runs checks one after another, says what each found, and counts them. */
export async function runChecks(checks: readonly Check[], options: CheckOptions): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  for (const check of checks) {
    print(`check ${check.name.padEnd(13)}`);
    const start = Date.now();
    const faults = await faultsOf(check, options);
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    tally[faults.length === 0 ? 'passed' : 'failed'] += 1;
    print(`${faults.length === 0 ? 'passed' : 'FAILED'} in ${seconds} s  (${check.holds})\n`);
    for (const { where, what } of faults.slice(0, SHOWN)) print(`    ${where}  ${what}\n`);
    if (faults.length > SHOWN) print(`    … and ${faults.length - SHOWN} more\n`);
  }
  return tally;
}

/** A check that breaks has not passed. */
async function faultsOf(check: Check, options: CheckOptions): Promise<Fault[]> {
  try {
    return await check.inspect(options);
  } catch (error) {
    return [
      { where: check.name, what: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    ];
  }
}

export function print(text: string): void {
  process.stdout.write(text);
}
