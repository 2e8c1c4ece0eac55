import { runProgram } from './command';
import type { Check, Fault } from './fault';

interface Cruise {
  summary: {
    totalDependenciesCruised: number;
    violations: { from: string; to: string; cycle?: { name: string }[]; rule: { name: string } }[];
  };
}

/** No circles; rooms, features and packages entered by those who may (.dependency-cruiser.cjs). */
export const GRAPH: Check = {
  name: 'graph',
  holds: 'no circles; rooms, features and packages are entered by those who may (.dependency-cruiser.cjs)',
  inspect: ({ root }) => cruise(root),
};

/** Every arrow of the workspace that dependency-cruiser refuses. */
export async function cruise(root: string): Promise<Fault[]> {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'migrations'];
  const { stdout, stderr } = await runProgram('depcruise', args, { cwd: root });
  if (!stdout.startsWith('{')) return [{ where: 'dependency-cruiser', what: `${stdout}${stderr}`.trim() }];
  const { violations, totalDependenciesCruised } = (JSON.parse(stdout) as Cruise).summary;
  if (totalDependenciesCruised === 0) return [{ where: 'dependency-cruiser', what: 'saw no import at all' }];
  return violations.map(({ from, to, cycle, rule }) => ({
    where: from,
    what: `${rule.name}: ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`,
  }));
}
