import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  code: number;
  /** What it wrote to its output and to its error output. */
  stdout: string;
  stderr: string;
}

/** Programs of the workspace's packages, started by node itself: no shell, no search on the PATH. */
const PROGRAMS = {
  nx: 'nx/dist/bin/nx.js',
  eslint: 'eslint/bin/eslint.js',
  depcruise: 'dependency-cruiser/bin/dependency-cruise.mjs',
  prettier: 'prettier/bin/prettier.cjs',
  tsc: 'typescript/bin/tsc',
  jest: 'jest/bin/jest.js',
  swc: '@swc/cli/bin/swc.js',
} as const;

export interface RunOptions {
  cwd: string;
  input?: string;
  /** Called with everything it writes, as it comes. */
  onOutput?: (chunk: string) => void;
  env?: NodeJS.ProcessEnv;
}

/** Path of a program of the workspace's packages. */
export function programPath(root: string, program: keyof typeof PROGRAMS): string {
  return join(root, 'node_modules', PROGRAMS[program]);
}

/** Runs a program of the workspace's packages to its end. */
export function runProgram(
  program: keyof typeof PROGRAMS,
  args: string[],
  options: RunOptions,
): Promise<Ended> {
  return runNode([programPath(options.cwd, program), ...args], options);
}

/** Runs node to its end; never throws for an exit code. */
export function runNode(args: string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended: Ended = { code: 1, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      ended.stdout += chunk;
      options.onOutput?.(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      ended.stderr += chunk;
      options.onOutput?.(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code: code ?? 1 }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Lends a path outside the workspace that a program may write a result to; answers what the work made of it. */
export async function withResultFile<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    return await work(join(folder, 'result.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads a JSON file whose shape the caller knows. */
export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
