import { join, relative } from 'node:path';
import { existsSync } from 'node:fs';
import { readJson, runProgram, withResultFile } from './command';
import type { Check, Fault } from './fault';

interface LintedFile {
  filePath: string;
  messages: { ruleId: string | null; message: string; line?: number }[];
}

const BOUNDARIES = '@nx/enforce-module-boundaries';
const PROBE_FILE = 'libs/context/src/index.ts';
const PROBE = "import '@restartix/http';\n";

/** The rules of eslint.config.mjs, on a fresh project graph, with a proof that the rule of the floors is awake. */
export const LINT: Check = {
  name: 'lint',
  holds: 'floors, sizes, and what nobody may write (eslint.config.mjs)',
  async inspect({ root, fix }) {
    const graph = await buildProjectGraph(root);
    if (graph.length > 0) return graph;
    const asleep = await proveBoundariesAwake(root);
    return asleep.length > 0 ? asleep : lint(root, ['.', ...(fix ? ['--fix'] : [])]);
  },
};

/** Writes the project graph that the rule of the floors reads: without one it skips itself and says nothing. */
export function buildProjectGraph(root: string): Promise<Fault[]> {
  return withResultFile(async (path) => {
    const { code, stdout, stderr } = await runProgram('nx', ['graph', `--file=${path}`], { cwd: root });
    return code === 0 && existsSync(path) ? [] : [{ where: 'nx graph', what: `${stdout}${stderr}`.trim() }];
  });
}

/** Lints paths of a workspace whose project graph is built. */
export function lint(root: string, args: string[]): Promise<Fault[]> {
  return withResultFile(async (path) => {
    const formatted = [...args, '--max-warnings', '0', '--format', 'json', '--output-file', path];
    const { stdout, stderr } = await runProgram('eslint', formatted, { cwd: root });
    if (!existsSync(path)) return [{ where: 'eslint', what: `${stdout}${stderr}`.trim() }];
    const faults = readJson<LintedFile[]>(path).flatMap((file) => faultsOf(root, file));
    if (stdout.includes('will be skipped')) faults.push({ where: 'eslint', what: stdout.trim() });
    return faults;
  });
}

function faultsOf(root: string, file: LintedFile): Fault[] {
  return file.messages.map(({ ruleId, message, line }) => ({
    where: `${relative(root, file.filePath)}:${line ?? 1}`,
    what: `${ruleId ?? 'eslint'}: ${message}`,
  }));
}

/** Shows ESLint an import that goes up, in memory only; it must be refused. */
async function proveBoundariesAwake(root: string): Promise<Fault[]> {
  const args = ['--stdin', '--stdin-filename', join(root, PROBE_FILE), '--format', 'json'];
  const { stdout } = await runProgram('eslint', args, { cwd: root, input: PROBE });
  if (stdout.includes(`"ruleId":"${BOUNDARIES}"`)) return [];
  return [{ where: PROBE_FILE, what: `${BOUNDARIES} let a planted upward import pass` }];
}
