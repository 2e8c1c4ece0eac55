import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, runProgram } from './command';
import type { Check, Fault } from './fault';

/** A committed file that a program of core-api prints. */
interface GeneratedDocument {
  /** Name of the check. */
  name: string;
  program: string;
  path: string;
  /** What it is, to complete "… is what core-api …". */
  holds: string;
}

/** The committed document is the one that the code makes; `--fix` writes it anew. */
export function generatedDocument({ name, program, path, holds }: GeneratedDocument): Check {
  return {
    name,
    holds: `${path} is ${holds}`,
    async inspect({ root, fix }) {
      const built = await runProgram('nx', ['run-many', '-t', 'build'], { cwd: root });
      if (built.code !== 0) return [{ where: 'build', what: `failed:\n${built.stdout}${built.stderr}` }];
      const { code, stdout, stderr } = await runNode([program], { cwd: root });
      if (code !== 0) return [{ where: program, what: stderr.trim() || `ended with ${code}` }];
      if (fix) writeFileSync(join(root, path), rendered(stdout));
      return inspectDocument(root, path, stdout);
    },
  };
}

/** Compares a committed document with the one the code makes (JSON). */
export function inspectDocument(root: string, path: string, made: string): Fault[] {
  const file = join(root, path);
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (committed === rendered(made)) return [];
  return [{ where: path, what: 'differs from what the code makes (npm run generate)' }];
}

function rendered(document: string): string {
  return `${JSON.stringify(JSON.parse(document), null, 2)}\n`;
}

/** What clients are told. */
export const OPEN_API = generatedDocument({
  name: 'openapi',
  program: 'dist/apps/core-api/src/openapi.js',
  path: 'apps/core-api/openapi.json',
  holds: 'what core-api serves',
});

/** Who may come in where, and what it leaves in the trail: a new door cannot appear unnoticed. */
export const INVENTORY = generatedDocument({
  name: 'inventory',
  program: 'dist/apps/core-api/src/inventory.js',
  path: 'apps/core-api/inventory.json',
  holds: 'every door core-api has',
});
