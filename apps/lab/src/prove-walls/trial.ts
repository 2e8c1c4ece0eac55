import { existsSync } from 'node:fs';
import { readJson, runNode, runProgram, withResultFile } from '../checks/command';
import type { ScratchTree } from '../scratch-tree';

/** What of a run passed and what went red, by name. */
export interface Outcome {
  passed: string[];
  red: string[];
  /** The end of what was printed, for when it went otherwise than expected. */
  tail: string;
}

interface JestReport {
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

const TAIL = 3000;
const CHECK = 'dist/apps/lab/src/checks/check.js';

/** Compiles folders or files of the tree into its dist/, as the build does. */
export async function compileIn({ root }: ScratchTree, paths: readonly string[]): Promise<void> {
  const args = ['--out-dir', 'dist', '--extensions', '.ts', '--ignore', '**/*.spec.ts', '--quiet'];
  const { code, stdout, stderr } = await runProgram('swc', [...paths, ...args], { cwd: root });
  if (code !== 0) throw new Error(`${paths.join(', ')} did not compile:\n${stdout}${stderr}`);
}

/** Runs some spec files of the tree and reads jest's own report. A file that cannot run is red by its name. */
export function runSpecs({ root }: ScratchTree, specs: readonly string[]): Promise<Outcome> {
  return withResultFile(async (path) => {
    // A wall that is gone may leave a spec's own server open, which nobody is to wait for.
    const args = ['--forceExit', '--json', `--outputFile=${path}`, '--runTestsByPath', ...specs];
    const { stdout, stderr } = await runProgram('jest', args, { cwd: root });
    const tail = `${stdout.startsWith('{') ? '' : stdout}${stderr}`.slice(-TAIL);
    if (!existsSync(path)) return { passed: [], red: ['jest'], tail };
    const { testResults } = readJson<JestReport>(path);
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const named = (status: string) =>
      tests.filter((test) => test.status === status).map(({ fullName }) => fullName);
    const broken = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
    return {
      passed: named('passed'),
      red: [...named('failed'), ...broken.map(({ name, message }) => `${name}: ${message.slice(0, 300)}`)],
      tail,
    };
  });
}

/** Runs one check of `npm run check` in the tree. */
export async function runCheck({ root }: ScratchTree, name: string): Promise<Outcome> {
  const { code, stdout, stderr } = await runNode([CHECK, name], { cwd: root });
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return code === 0
    ? { passed: [name], red: [], tail: '' }
    : { passed: [], red: lines, tail: lines.join('\n').slice(-TAIL) };
}
