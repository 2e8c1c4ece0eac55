import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, runProgram } from './command';
import type { Check, Fault } from './fault';

const PROGRAM = 'dist/apps/core-api/src/openapi.js';
const DOCUMENT = 'apps/core-api/openapi.json';
const TOLD = 'differs from what core-api serves (npm run openapi)';

/** The committed OpenAPI document is the one that the code makes. */
export const OPEN_API: Check = {
  name: 'openapi',
  holds: `${DOCUMENT} is what core-api serves`,
  async inspect({ root, fix }) {
    const built = await runProgram('nx', ['run', 'core-api:build'], { cwd: root });
    if (built.code !== 0)
      return [{ where: 'core-api', what: `is not built:\n${built.stdout}${built.stderr}` }];
    const { code, stdout, stderr } = await runNode([PROGRAM], { cwd: root });
    if (code !== 0) return [{ where: PROGRAM, what: stderr.trim() || `ended with ${code}` }];
    if (fix) writeFileSync(join(root, DOCUMENT), rendered(stdout));
    return inspectDocument(root, stdout);
  },
};

/** Compares the committed document with the one that is served (JSON). */
export function inspectDocument(root: string, served: string): Fault[] {
  const path = join(root, DOCUMENT);
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return committed === rendered(served) ? [] : [{ where: DOCUMENT, what: TOLD }];
}

function rendered(document: string): string {
  return `${JSON.stringify(JSON.parse(document), null, 2)}\n`;
}
